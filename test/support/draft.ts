import type { PodTemplate } from '../../src/api/meta.ts';
import type {
  BlueGreenStrategy,
  CanaryStep,
  CanaryStrategy,
  RolloutSpec,
  RolloutStatus,
} from '../../src/api/rollout.ts';
import { podTemplateHash } from '../../src/core/hash/template.ts';
import type { Instant } from '../../src/core/time.ts';

/** Time zero of every scene: what `0s` means. */
export const ZERO: Instant = Date.parse('2026-03-01T12:00:00Z');

/** Pods of one ReplicaSet: how many serve, are there, and are asked for. */
export interface Pods {
  readonly available: number;
  readonly exist: number;
  readonly wanted: number;
}

/** A version of the workload by the part that it plays: `stable`, `canary`, `old1` (the oldest), `next`. */
export type Role = string;

/** One ReplicaSet of a draft; the list is in the order of their making. */
export interface Version {
  readonly role: Role;
  readonly pods: Pods;
  /** Added to what it would have. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAt: Instant | null;
  readonly owned: boolean;
  /** Its missing pods cannot be made: a quota is used up. */
  readonly refused?: boolean;
}

/** What a scene says, before objects are made of it. */
export interface Draft {
  readonly versions: readonly Version[];
  /** The version that the spec asks for. */
  readonly wants: Role;
  /** The version that the status speaks of; null: no status at all. */
  readonly knows: Role | null;
  /** The version that the status calls stable. */
  readonly stable: Role | null;
  /** Undefined: `spec.replicas` is absent. */
  readonly replicas: number | undefined;
  readonly steps: readonly CanaryStep[] | undefined;
  readonly step: number | null;
  /** The weight in the canary Ingress; `none`: no such Ingress yet; null: no router. */
  readonly weight: number | 'none' | null;
  /** True where the data plane still goes by older routes, and says so. */
  readonly lags?: boolean;
  readonly epoch: number;
  /** Laid over what would be there. */
  readonly spec: Partial<RolloutSpec>;
  readonly canary: Partial<CanaryStrategy>;
  /** With it the strategy is blue-green, and there is no canary. */
  readonly blueGreen: BlueGreenStrategy | null;
  readonly status: Partial<RolloutStatus>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly runs: readonly RunDraft[];
  /** False: Services are as users make them, and nobody has switched them. */
  readonly managed: boolean;
  /** Which version each Service selects; default by weight and parts. Null: it selects by no hash. */
  readonly selects: {
    readonly stable?: Role;
    readonly canary?: Role;
    readonly active?: Role | null;
    readonly preview?: Role | null;
  };
  readonly now: Instant;
}

/** An AnalysisRun of a draft. */
export interface RunDraft {
  readonly name: string;
  readonly kind: 'Step' | 'Background' | 'PrePromotion' | 'PostPromotion';
  readonly phase: string;
  readonly message: string;
  readonly role: Role;
  readonly index: number | null;
  /** Seconds after time zero. */
  readonly age: number;
  /** The revision that it was made for; not said where it is left out. */
  readonly revision?: number;
}

/** The template of a version: an image of its own and nothing else. */
export function templateOf(role: Role): PodTemplate {
  return {
    metadata: { labels: { app: 'app' } },
    spec: { containers: [{ name: 'app', image: `demo/app:${role}` }] },
  };
}

const ROLES: readonly Role[] = ['old1', 'old2', 'old3', 'stable', 'canary', 'next'];
const hashes = new Map<Role, string>();

/** The pod-template hash of a version. */
export function roleHash(role: Role): string {
  const known = hashes.get(role);
  if (known !== undefined) return known;
  const made = podTemplateHash(templateOf(role));
  hashes.set(role, made);
  return made;
}

/** The part that a hash plays; the hash itself where it plays none. */
export function roleOf(hash: string | undefined): Role {
  if (hashes.size < ROLES.length) ROLES.forEach(roleHash);
  for (const [role, known] of hashes) if (known === hash) return role;
  return hash ?? 'nothing';
}
