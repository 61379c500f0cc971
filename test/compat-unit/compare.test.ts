import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRecordings } from '../compat/compare.ts';
import type { Json } from '../compat/json.ts';
import type { Line, Recording } from '../compat/recording.ts';
import { change, emission, emitted, lines, tale, tell } from './tale.ts';

/** `rule object field` of each difference. */
function differences(ours: Recording): readonly string[] {
  return compareRecordings(ours, tale).map(({ rule, object, field }) => `${rule} ${object} ${field}`);
}

/** The tale with the lines at some times rewritten; null drops a line. */
function told(rewrite: (line: Line) => Line | readonly Line[] | null): Recording {
  const retold = lines.flatMap((line) => rewrite(line) ?? []);
  return tell(retold, emitted);
}

/** The tale in which one object's change has another value. */
function withValue(t: number, path: string, to: Json): Recording {
  return told((line) => {
    if (line.kind !== 'modified' || line.t !== t) return line;
    return { ...line, changes: line.changes.map((c) => (c[0] === path ? [path, c[1], to] : c)) };
  });
}

function without(t: number, object: string): Recording {
  return told((line) => (line.t === t && line.kind === 'modified' && line.object === object ? null : line));
}

/** The tale with objects' lines told at other times, in their new places. */
function moved(...moves: readonly (readonly [from: number, object: string, to: number])[]): Recording {
  let all = lines;
  for (const [from, object, to] of moves) {
    const line = all.find((one) => one.t === from && one.kind === 'modified' && one.object === object);
    assert.ok(line, `${object} at ${from}`);
    const others = all.filter((one) => one !== line);
    const place = others.findIndex((one) => one.t > to);
    all = others.toSpliced(place, 0, { ...line, t: to });
  }
  return tell(all, emitted);
}

function withEvents(events: typeof emitted): Recording {
  return tell(lines, events);
}

function withCondition(name: string): Recording {
  const condition = { type: name, status: 'True', reason: 'Ok' };
  const extra = change(4.2, 'Rollout/app', [[`status.conditions[${name}]`, null, condition]]);
  return tell([...lines, extra], emitted);
}

const weight = 'status.canary.weights.canary.weight';
const annotation = 'metadata.annotations[nginx.ingress.kubernetes.io/canary-weight]';
const selector = 'spec.selector.rollouts-pod-template-hash';

/** What ours did, and a difference that must be among those reported; null: none at all. */
const rows: readonly (readonly [name: string, ours: Recording, expected: string | null])[] = [
  ['the same', tale, null],
  ['a transient size left out', without(1.12, 'ReplicaSet/app-<hash2>'), null],
  ['another transient size', withValue(1.12, 'spec.replicas', 2), null],
  [
    'a size that the original never had',
    withValue(1.12, 'spec.replicas', 4),
    'values ReplicaSet/app-<hash2> replicas',
  ],
  ['another weight', withValue(1.93, weight, 50), 'values Rollout/app weight'],
  [
    'another weight of the route only',
    withValue(1.92, annotation, '50'),
    `values Ingress/app-canary ${annotation.slice(21, -1)}`,
  ],
  ['a durable phase left out', withValue(1.93, 'status.phase', 'Progressing'), 'values Rollout/app phase'],
  [
    'a phase too many',
    tell([...lines, change(4.2, 'Rollout/app', [['status.phase', '', 'Healthy']])], emitted),
    'values Rollout/app phase',
  ],
  ['another end', withValue(3.95, 'status.currentStepIndex', 3), 'final Rollout/app status.currentStepIndex'],
  ['a pause cut short', moved([3.95, 'Rollout/app', 2.4]), 'held Rollout/app phase'],
  [
    'pods before traffic',
    moved([4.0, 'ReplicaSet/app-<hash2>', 3.9]),
    'causes ReplicaSet/app-<hash2> shrinks when its canary weight is 0',
  ],
  [
    'a Service switched too early',
    moved([1.91, 'Service/canary', 1.3]),
    'causes Service/canary switched to <hash2> when it has available pods',
  ],
  [
    'weight before pods',
    moved([1.91, 'Service/canary', 1.25], [1.92, 'Ingress/app-canary', 1.3]),
    'causes Ingress/app-canary canary weight grows when its pods are available',
  ],
  [
    'weight that comes a second late',
    moved([1.92, 'Ingress/app-canary', 3.9]),
    `held Ingress/app-canary ${annotation.slice(21, -1)}`,
  ],
  ['a phase before its pods', moved([1.93, 'Rollout/app', 1.15]), 'together Rollout/app '],
  ['a step that comes with another weight', moved([3.95, 'Rollout/app', 3.97]), null],
  [
    'a Service that is never switched back',
    without(3.96, 'Service/canary'),
    `final Service/canary ${selector}`,
  ],
  ['a missing event', withEvents(emitted.toSpliced(4, 1)), 'events Rollout/app RolloutStepCompleted'],
  [
    'an event too many',
    withEvents([...emitted, emission(4, 'RolloutResumed', 'Rollout is resumed')]),
    'events Rollout/app RolloutResumed',
  ],
  [
    'another text',
    withEvents(emitted.with(6, emission(3, 'RolloutAborted', 'Aborted'))),
    'events Rollout/app RolloutAborted',
  ],
  [
    'a text with another size',
    withEvents(emitted.with(1, emission(1, 'ScalingReplicaSet', `${emitted[1]?.message ?? ''}0`))),
    null,
  ],
  ['a defect left out', withEvents(emitted.toSpliced(3, 1)), null],
  ['events twice', withEvents(emitted.flatMap((one) => [one, one])), null],
  [
    'events in another order',
    withEvents([...emitted.slice(0, 4), ...emitted.slice(4, 6).toReversed(), ...emitted.slice(6)]),
    'event order Rollout/app Normal RolloutStepCompleted: Rollout step 1/4 completed (setWeight: 60)',
  ],
  ['a condition of ours', withCondition('Ready'), null],
  ['a condition of nobody', withCondition('Sleepy'), 'final Rollout/app status.conditions[Sleepy].status'],
  [
    'a condition from another time',
    withValue(1.93, 'status.conditions[Paused].lastTransitionTime', '<t+9>'),
    'final Rollout/app status.conditions[Paused].lastTransitionTime',
  ],
  [
    'a condition a second later',
    withValue(1.93, 'status.conditions[Paused].lastTransitionTime', '<t+2>'),
    null,
  ],
  [
    'another reason',
    tell(
      [...lines, change(4.2, 'Rollout/app', [['status.conditions[Paused].reason', '', 'Other']])],
      emitted,
    ),
    'final Rollout/app status.conditions[Paused].reason',
  ],
  [
    'another hash',
    { ...tale, hashes: { ...tale.hashes, bbbb: {}, cccc: { symbol: '<hash2>' } } },
    'hash  <hash2>',
  ],
  ['another question', { ...tale, served: [[1, 'web', 'GET /other', 1]] }, 'asked  web: GET /rate'],
  ["a stranger's question", { ...tale, served: [...tale.served, [1, 'metrics', 'other', 1]] }, null],
  [
    'a lag of observedGeneration',
    tell([...lines, change(4.2, 'Rollout/app', [['metadata.generation', 3, 4]])], emitted),
    'final Rollout/app status.observedGeneration',
  ],
  [
    'observed under another generation',
    tell(
      [
        ...lines,
        change(4.2, 'Rollout/app', [
          ['metadata.generation', 3, 2],
          ['status.observedGeneration', '3', '2'],
        ]),
      ],
      emitted,
    ),
    null,
  ],
  ['a refusal', refused(), 'accepted  action 2'],
  ['a wait that timed out', timedOut(), 'reached  action 1'],
  [
    'an object too many',
    told((line) =>
      line.kind === 'added' && line.object === 'Service/canary'
        ? [line, { ...line, object: 'Service/x' }]
        : line,
    ),
    'objects Service/x existence',
  ],
  [
    'an object that never comes',
    told((line) => ('object' in line && line.object === 'Ingress/app-canary' ? null : line)),
    'objects Ingress/app-canary existence',
  ],
];

function refused(): Recording {
  return told((line) =>
    line.kind === 'action' && line.step === 2 ? { ...line, result: { status: 422 } } : line,
  );
}

function timedOut(): Recording {
  const result = { waited: 'TIMEOUT' };
  return {
    ...told((line) => (line.kind === 'action' && line.step === 1 ? { ...line, result } : line)),
    reached: false,
  };
}

for (const [name, ours, expected] of rows) {
  void test(`${expected === null ? 'agrees with' : 'reports'} ${name}`, () => {
    const found = differences(ours);
    if (expected === null) assert.deepEqual(found, []);
    else
      assert.ok(
        found.some((one) => one.startsWith(expected)),
        `expected ${expected} among:\n${found.join('\n')}`,
      );
  });
}
