import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes } from '../../src/core/changes.ts';
import { check } from '../../src/core/laws.ts';
import type { Change, Decision } from '../../src/core/plan.ts';
import { decide } from '../../src/core/rollout/decide.ts';
import type { World } from '../../src/core/world.ts';
import { hashOf } from './cluster.ts';
import { roleOf } from './draft.ts';
import type { Scene } from './world.ts';

/** A decision in a few words, by the parts that versions play. */
export interface Told {
  /** Index of the current step; null without steps. */
  readonly step: number | null;
  readonly stable: string | null;
  readonly phase: string;
  readonly message: string;
  readonly abort: boolean | undefined;
  readonly full: boolean;
  /** Reasons of the pauses. */
  readonly pauses: string;
  readonly because: string;
  /** How long until the next look, as `1s`; null: nothing to wait for. */
  readonly wake: string | null;
  /** `stable 8 canary 2`, in the order of the plan; null where nothing is touched. */
  readonly sizes: string | null;
  /** Until when which version keeps its pods, in seconds from now: `canary 30`. */
  readonly deadlines: string;
  /** Wanted weight of the canary; null: left as it is. */
  readonly weight: number | null;
  /** What each Service should select: `stable:stable canary:canary`. */
  readonly services: string;
  /** Which ping-pong Service is stable. */
  readonly turn: 'ping' | 'pong' | undefined;
  /** `claim stable`, `shift app-app-canary 0>20`, … in order. */
  readonly changes: readonly string[];
  readonly notes: readonly string[];
  readonly conditions: Readonly<Record<string, string>>;
  readonly runs: string;
  readonly discard: string;
  readonly revision: string | null;
}

/** A row of a table: in this world exactly these things are decided. The laws must hold in all rows. */
export function row(name: string, scene: Scene, expected: Partial<Told>): void {
  void test(name, () => {
    const said = told(scene);
    const picked = Object.fromEntries(Object.keys(expected).map((key) => [key, said[key as keyof Told]]));
    assert.deepEqual(picked, expected);
  });
}

/** Decides, checks the laws and says what was decided. */
export function told(scene: Scene): Told {
  const { world, now } = scene;
  const decision = decide(world, now);
  const todo = changes(world, decision);
  check(world, decision, todo);
  const { status, target } = decision;
  return {
    step: status.currentStepIndex ?? null,
    stable: status.stableRS === undefined ? null : roleOf(status.stableRS),
    phase: status.phase ?? '',
    message: status.message ?? '',
    abort: status.abort,
    full: status.promoteFull === true,
    pauses: (status.pauseConditions ?? []).map((pause) => pause.reason).join(' '),
    because: decision.because.kind,
    wake: decision.wakeAt === null ? null : `${(decision.wakeAt - now) / 1000}s`,
    ...toldTarget(decision, now),
    changes: todo.map((change) => describe(change, world)),
    notes: [...decision.notes, ...todo.flatMap((change) => change.notes)].map((note) => note.reason),
    conditions: conditionsOf(decision),
    turn: status.canary?.stablePingPong,
    revision: target?.revision ?? null,
  };
}

function toldTarget(decision: Decision, now: number) {
  const { target } = decision;
  const plans = target?.replicaSets ?? [];
  const sizes = plans.map((t) => `${roleOf(hashOf(t.replicaSet))} ${t.replicas}`);
  const created = target?.create ?? null;
  if (created !== null) sizes.push(`${roleOf(hashOf(created))} ${created.spec.replicas ?? 1}`);
  const deadlines = plans
    .filter((t) => t.deadline !== null)
    .map((t) => `${roleOf(hashOf(t.replicaSet))} ${((t.deadline ?? 0) - now) / 1000}`);
  const runs = target?.runs ?? { create: [], terminate: [], discard: [] };
  const names = (verb: string, list: readonly { readonly metadata: { readonly name: string } }[]) =>
    list.map((run) => `${verb} ${shortName(run.metadata.name)}`);
  return {
    sizes: target === null ? null : sizes.join(' '),
    deadlines: deadlines.join(' '),
    weight: target?.routes?.canaryWeight ?? null,
    services: Object.entries(target?.services ?? {})
      .map(([name, hash]) => `${name.replace('app-', '')}:${roleOf(hash)}`)
      .join(' '),
    runs: [
      ...names('make', runs.create),
      ...names('end', runs.terminate),
      ...names('discard', runs.discard),
    ].join(' '),
    discard: (target?.discard ?? []).map((rs) => roleOf(hashOf(rs))).join(' '),
  };
}

/** Names with hashes by the parts that versions play: `app-canary-2-1`. */
function shortName(name: string): string {
  return name
    .split('-')
    .map((part) => roleOf(part))
    .join('-');
}

/** `Type`: `True/Reason`. */
function conditionsOf(decision: Decision): Readonly<Record<string, string>> {
  const list = decision.status.conditions ?? [];
  return Object.fromEntries(list.map((c) => [c.type, `${c.status}/${c.reason}`]));
}

/** One change in a few words. */
export function describe(change: Change, world: World): string {
  const name = shortName(change.name).replace(/^app-(?=stable|canary|old|next)/, '');
  const place = change.kind === 'Service' ? `Service ${name}` : change.kind === 'Rollout' ? 'Rollout' : name;
  if (change.verb !== 'patch') return `${change.phase} ${change.verb} ${place}`;
  return `${change.phase} ${place}${detail(change, world)}`;
}

function detail(change: Change & { readonly verb: 'patch' }, world: World): string {
  const spec = (change.patch['spec'] ?? {}) as {
    readonly replicas?: number;
    readonly selector?: Readonly<Record<string, string>>;
  };
  if (spec.replicas !== undefined) {
    const before = world.replicaSets.find((rs) => rs.metadata.name === change.name);
    return ` ${before?.spec.replicas ?? '?'}>${spec.replicas}`;
  }
  const hash = Object.values(spec.selector ?? {})[0];
  if (hash !== undefined) return `>${roleOf(hash)}`;
  const annotations = ((change.patch['metadata'] ?? {}) as { annotations?: Readonly<Record<string, string>> })
    .annotations;
  const weight = annotations?.['nginx.ingress.kubernetes.io/canary-weight'];
  return weight === undefined ? '' : `>${weight}`;
}
