import { parseDuration } from '../../src/api/duration.ts';
import type { CanaryStrategy, RolloutSpec, RolloutStatus } from '../../src/api/rollout.ts';
import { formatInstant, type Instant } from '../../src/core/time.ts';
import type { World } from '../../src/core/world.ts';
import { type Cluster, seen } from './cluster.ts';
import { type Draft, type Role, type RunDraft, roleHash, type Version, ZERO } from './draft.ts';
import { parse } from './notation.ts';
import { build } from './objects.ts';

/**
 * A world in one line, for tests that read as tables.
 *
 *     w('stable 8/8 canary 2/2 [20 >60s 50]').at('59s')
 *
 * | words                | meaning |
 * |---|---|
 * | `stable 8/10`        | the verified version: 8 of 10 pods serve (`7/8/10`: 7 serve, 8 are there, 10 asked for) |
 * | `canary 2/2`         | the wanted version, where it is another one |
 * | `old 1/1`            | an older version; several are `old1`, `old2`, … in the order of their making |
 * | `new`                | the template has just changed: no ReplicaSet yet, and the status does not know of it |
 * | `wants old1`         | the wanted version is that one, and the status knows it |
 * | `first 0/4`          | the very first version, not yet stable; `nothing of 4`: not even a status |
 * | `of 10`              | `spec.replicas`; else the pods of stable with a router, all pods without |
 * | `@20%`               | an nginx router whose canary Ingress has that weight; `@-`: no such Ingress yet |
 * | `[20 >60s 50]`       | the steps; `>` stands before the current one, at its end none. A pause at `>` began at 0s |
 * | `[20 ~60s 50]`       | the same, but the pause has not begun |
 * | `step 1/4 pause 60s` | short for four steps, the second of which is that and current |
 * | `aborted`            | aborted at 0s |
 *
 * Steps: `20` setWeight, `60s` and `pause` pauses, `scale3` and `scale50%` and `match` setCanaryScale, `check` an
 * analysis. Everything else is said by the methods; each returns another scene.
 */
export function w(line: string): Scene {
  return new Scene(parse(line));
}

/** A world and an instant. */
export class Scene {
  readonly draft: Draft;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** The objects. */
  get cluster(): Cluster {
    return build(this.draft);
  }

  /** What a decision sees; frozen through and through. */
  get world(): World {
    return seen(this.cluster);
  }

  get now(): Instant {
    return this.draft.now;
  }

  /** So long after 0s. */
  at(span: string): Scene {
    return this.with({ now: ZERO + (parseDuration(span) ?? 0) });
  }

  spec(spec: Partial<RolloutSpec>): Scene {
    return this.with({ spec: { ...this.draft.spec, ...spec } });
  }

  /** Fields of the strategy. */
  canary(canary: Partial<CanaryStrategy>): Scene {
    return this.with({ canary: { ...this.draft.canary, ...canary } });
  }

  status(status: Partial<RolloutStatus>): Scene {
    return this.with({ status: { ...this.draft.status, ...status } });
  }

  /** The status without some fields. */
  without(...fields: readonly (keyof RolloutStatus)[]): Scene {
    return this.status(Object.fromEntries(fields.map((field) => [field, undefined])));
  }

  /** Pods above and below `replicas`. */
  bySurge(maxSurge: number | string, maxUnavailable: number | string): Scene {
    return this.canary({ maxSurge, maxUnavailable });
  }

  /** A user asks for it: not yet taken note of. */
  abort(): Scene {
    return this.status({ abort: true });
  }

  /** A user has taken the abort back. */
  retry(): Scene {
    return this.status({ abort: false });
  }

  /** A user has emptied the list of pauses. */
  promote(): Scene {
    return this.without('pauseConditions');
  }

  full(): Scene {
    return this.status({ promoteFull: true });
  }

  held(): Scene {
    return this.spec({ paused: true });
  }

  /** Somebody lost the status. */
  lost(): Scene {
    return this.with({ knows: null });
  }

  /** The condition Progressing with that reason, since 0s. */
  progressing(reason: string, status: 'True' | 'False' | 'Unknown' = 'True'): Scene {
    const at = '2026-03-01T12:00:00Z';
    const condition = { type: 'Progressing', status, reason, message: '', lastUpdateTime: at } as const;
    return this.status({ conditions: [{ ...condition, lastTransitionTime: at }] });
  }

  /** An annotation on a version's ReplicaSet. */
  annotated(role: Role, annotations: Readonly<Record<string, string>>): Scene {
    return this.version(role, (v) => ({ annotations: { ...v.annotations, ...annotations } }));
  }

  /** When a version's ReplicaSet may be emptied, after 0s. */
  deadline(role: Role, span: string): Scene {
    const at = new Date(ZERO + (parseDuration(span) ?? 0)).toISOString();
    return this.annotated(role, { 'scale-down-deadline': at.replace('.000', '') });
  }

  /** The epoch in which a version's ReplicaSet was last written. */
  stamped(role: Role, epoch: number): Scene {
    return this.annotated(role, { 'sluice.dev/epoch': String(epoch) });
  }

  /** Versions that were made in the same second. */
  sameSecond(...roles: readonly Role[]): Scene {
    return roles.reduce<Scene>((s, role) => s.version(role, () => ({ createdAt: ZERO - 60_000 })), this);
  }

  /** No version of the rollout has ever been healthy. */
  unproven(): Scene {
    const at = formatInstant(ZERO);
    const times = { lastUpdateTime: at, lastTransitionTime: at };
    const updated = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: '',
      ...times,
    } as const;
    return this.status({ conditions: [updated] });
  }

  /** Missing pods of a version cannot be made. */
  refused(role: Role): Scene {
    return this.version(role, () => ({ refused: true }));
  }

  orphaned(role: Role): Scene {
    return this.version(role, () => ({ owned: false }));
  }

  /** The ReplicaSet of a version is gone. */
  deleted(role: Role): Scene {
    return this.with({ versions: this.draft.versions.filter((v) => v.role !== role) });
  }

  /** Services as users make them: never switched. */
  unmanaged(): Scene {
    return this.with({ managed: false });
  }

  selects(selects: Draft['selects']): Scene {
    return this.with({ selects });
  }

  /**
   * An AnalysisRun for the canary, which the status knows: of its current step, in the background, or before
   * or after the switch.
   */
  run(role: 'step' | 'background' | 'pre' | 'post', phase: string, message = ''): Scene {
    const { step, versions, status } = this.draft;
    const { kind, strategy, field, end } = RUNS[role];
    const name = `app-${roleHash('canary')}-${versions.length}${end(step ?? 0)}`;
    const index = role === 'step' ? (step ?? 0) : null;
    const told = { ...status[strategy], [field]: { name, status: 'Running' } };
    return this.aRun({ name, kind, phase, message, index, role: 'canary', age: 0 }).status({
      [strategy]: told,
    });
  }

  /** Any AnalysisRun of this rollout. */
  aRun(run: RunDraft): Scene {
    return this.with({ runs: [...this.draft.runs, run] });
  }

  with(change: Partial<Draft>): Scene {
    return new Scene({ ...this.draft, ...change });
  }

  private version(role: Role, change: (v: Version) => Partial<Version>): Scene {
    const versions = this.draft.versions.map((v) => (v.role === role ? { ...v, ...change(v) } : v));
    return this.with({ versions });
  }
}

/** How the runs of a rollout are named and told of. */
const RUNS = {
  step: {
    kind: 'Step',
    strategy: 'canary',
    field: 'currentStepAnalysisRunStatus',
    end: (step: number) => `-${step}`,
  },
  background: {
    kind: 'Background',
    strategy: 'canary',
    field: 'currentBackgroundAnalysisRunStatus',
    end: () => '',
  },
  pre: {
    kind: 'PrePromotion',
    strategy: 'blueGreen',
    field: 'prePromotionAnalysisRunStatus',
    end: () => '-pre',
  },
  post: {
    kind: 'PostPromotion',
    strategy: 'blueGreen',
    field: 'postPromotionAnalysisRunStatus',
    end: () => '-post',
  },
} as const;
