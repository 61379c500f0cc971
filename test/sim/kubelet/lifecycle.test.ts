import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { behaviourOf } from '../../../src/sim/kubelet/behaviour.ts';
import { interpret } from '../../../src/sim/kubelet/command.ts';
import { lookAtPod, stopDelayMs } from '../../../src/sim/kubelet/lifecycle.ts';
import type { Misfortune } from '../../../src/sim/kubelet/misfortune.ts';
import type { Container, Pod, PodSpec } from '../../../src/sim/kubelet/pod.ts';

const START_MS = 700;
const clock = (ms: number) => new Date(ms).toISOString();

const app = (more: Partial<Container> = {}): Container => ({ name: 'app', image: 'demo/app:1', ...more });
const sh = (script: string) => app({ command: ['sh', '-c', script] });
const pod = (...containers: Container[]): Pod => podOf({ containers });
const podOf = (spec: PodSpec): Pod => ({ metadata: { name: 'p' }, spec });
const job = (script: string): Pod => podOf({ restartPolicy: 'Never', containers: [sh(script)] });
const after = (init: Container) => podOf({ initContainers: [init], containers: [app()] });
const gated = (status: 'True' | 'False'): Pod => ({
  ...podOf({ containers: [app()], readinessGates: [{ conditionType: 'gate' }] }),
  status: { conditions: [{ type: 'gate', status }] },
});

// A pod's look in a word each: phase, readiness, the reason or state of its first container.
function told(it: Pod, nowMs: number, misfortune: Misfortune = { kind: 'none' }): string {
  const look = lookAtPod(it, { nowMs, startAfterMs: START_MS, clock, misfortune });
  const ready = look.conditions.find((condition) => condition.type === 'Ready')?.status === 'True';
  const state = look.containerStatuses[0]?.state ?? {};
  const word = state.waiting?.reason ?? state.terminated?.reason ?? (state.running ? 'runs' : 'none');
  return `${look.phase} ${ready ? 'ready' : 'unready'} ${word}`;
}

function untilTold(it: Pod, misfortune: Misfortune): void {
  for (let nowMs = 0; nowMs < 20_000; ) {
    const { nextMs } = lookAtPod(it, { nowMs, startAfterMs: START_MS, clock, misfortune });
    const until = Math.min(nextMs ?? 20_000, 20_000);
    assert.ok(until > nowMs);
    assert.equal(told(it, until - 1, misfortune), told(it, nowMs, misfortune));
    nowMs = until;
  }
}

const slowProbe = pod(app({ readinessProbe: { initialDelaySeconds: 2 } }));
const slowStart = pod(app({ lifecycle: { postStart: { exec: { command: ['sleep', '2'] } } } }));
const sidecar = after({ name: 'side', image: 'demo/side:1', restartPolicy: 'Always' });

const rows: readonly (readonly [what: string, pod: Pod, atMs: number, look: string])[] = [
  ['a pod that was just bound', pod(app()), 0, 'Pending unready ContainerCreating'],
  ['a pod just before its start', pod(app()), 699, 'Pending unready ContainerCreating'],
  ['a pod at its start', pod(app()), 700, 'Running ready runs'],
  ['a probe with a delay, before', slowProbe, 2_699, 'Running unready runs'],
  ['a probe with a delay, after', slowProbe, 2_700, 'Running ready runs'],
  ['a postStart sleep, before', slowStart, 2_699, 'Pending unready ContainerCreating'],
  ['a postStart sleep, after', slowStart, 2_700, 'Running ready runs'],
  ['a closed gate', gated('False'), 5_000, 'Running unready runs'],
  ['an open gate', gated('True'), 5_000, 'Running ready runs'],
  ['a bad image at first', pod(app({ image: 'x:bad-image' })), 700, 'Pending unready ErrImagePull'],
  ['a bad image later', pod(app({ image: 'x:nonexistent' })), 1_700, 'Pending unready ImagePullBackOff'],
  ['one bad image of two', pod(app(), app({ image: 'x:bad-image' })), 9_000, 'Pending unready runs'],
  ['a failing server', pod(sh('exit 1')), 700, 'Running unready CrashLoopBackOff'],
  ['a server that lives for a while', pod(sh('sleep 2 && exit 1')), 2_000, 'Running ready runs'],
  ['the same between its lives', pod(sh('sleep 2 && exit 1')), 2_700, 'Running unready CrashLoopBackOff'],
  ['the same in its second life', pod(sh('sleep 2 && exit 1')), 12_700, 'Running ready runs'],
  ['the same after that', pod(sh('sleep 2 && exit 1')), 14_700, 'Running unready CrashLoopBackOff'],
  ['a job at work', job('sleep 1 && exit 0'), 1_699, 'Running ready runs'],
  ['a job that is done', job('sleep 1 && exit 0'), 1_700, 'Succeeded unready Completed'],
  ['a job that failed', job('sleep 1 && exit 1'), 1_700, 'Failed unready Error'],
  [
    'an init container at work',
    after({ ...sh('sleep 3'), name: 'init' }),
    3_699,
    'Pending unready PodInitializing',
  ],
  ['an init container that is done', after({ ...sh('sleep 3'), name: 'init' }), 3_700, 'Running ready runs'],
  [
    'an init container that fails',
    after({ ...sh('false'), name: 'init' }),
    700,
    'Pending unready PodInitializing',
  ],
  ['a sidecar', sidecar, 700, 'Running ready runs'],
];

void describe('a pod of the fake kubelet', () => {
  for (const [what, it, atMs, look] of rows) {
    void test(`${what}: ${look}`, () => assert.equal(told(it, atMs), look));
  }

  // Whoever sleeps until `nextMs` misses nothing: in between the look is the same.
  for (const [what, it] of rows) {
    void test(`${what}: nothing changes before it says so`, () => untilTold(it, { kind: 'none' }));
  }

  void test('a preStop sleep delays the end, within the grace period', () => {
    const sleepy = pod(app({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }));
    assert.equal(stopDelayMs(sleepy), 5_000);
    assert.equal(stopDelayMs({ ...sleepy, metadata: { name: 'p', deletionGracePeriodSeconds: 2 } }), 2_000);
    assert.equal(stopDelayMs(pod(app())), 0);
  });
});

void describe('a pod with a misfortune', () => {
  const crashes: Misfortune = { kind: 'crashes', afterMs: 2_000, exitCode: 1 };
  const flaps: Misfortune = { kind: 'flaps', upMs: 3_000, downMs: 1_000 };
  const evicted: Misfortune = { kind: 'evicted', afterMs: 5_000 };
  const cases: readonly (readonly [misfortune: Misfortune, pod: Pod, atMs: number, look: string])[] = [
    [{ kind: 'none' }, pod(app()), 700, 'Running ready runs'],
    [{ kind: 'late', delayMs: 60_000 }, pod(app()), 60_699, 'Pending unready ContainerCreating'],
    [{ kind: 'late', delayMs: 60_000 }, pod(app()), 60_700, 'Running ready runs'],
    [{ kind: 'stuck' }, pod(app()), 1e9, 'Pending unready ContainerCreating'],
    [{ kind: 'unpullable' }, pod(app()), 700, 'Pending unready ErrImagePull'],
    [{ kind: 'unpullable' }, pod(app()), 1_700, 'Pending unready ImagePullBackOff'],
    [{ kind: 'unready' }, pod(app()), 1e9, 'Running unready runs'],
    [crashes, pod(app()), 2_699, 'Running ready runs'],
    [crashes, pod(app()), 2_700, 'Running unready CrashLoopBackOff'],
    [crashes, pod(app()), 12_700, 'Running ready runs'],
    [flaps, slowProbe, 2_699, 'Running unready runs'],
    [flaps, slowProbe, 2_700, 'Running ready runs'],
    [flaps, slowProbe, 5_700, 'Running unready runs'],
    [flaps, slowProbe, 6_700, 'Running ready runs'],
    [flaps, slowProbe, 9_700, 'Running unready runs'],
    [evicted, pod(app()), 4_999, 'Running ready runs'],
    [evicted, pod(app()), 5_000, 'Failed unready none'],
  ];
  for (const [misfortune, it, atMs, look] of cases) {
    void test(`${JSON.stringify(misfortune)} after ${atMs} ms: ${look}`, () =>
      assert.equal(told(it, atMs, misfortune), look));
  }
  for (const [misfortune, it] of cases) {
    void test(`${JSON.stringify(misfortune)}: nothing changes before it says so`, () =>
      untilTold(it, misfortune));
  }
});

void describe('a command', () => {
  const ends = (afterMs: number, exitCode: number) => ({ kind: 'ends', afterMs, exitCode });
  const commands: readonly (readonly [command: readonly string[], program: object])[] = [
    [[], { kind: 'runs' }],
    [['/app', '--serve'], { kind: 'runs' }],
    [['sh', '-c', 'while true; do date; done'], { kind: 'runs' }],
    [['sleep', 'infinity'], { kind: 'runs' }],
    [['true'], ends(0, 0)],
    [['/bin/false'], ends(0, 1)],
    [['sleep', '5'], ends(5_000, 0)],
    [['sh', '-c', 'sleep 60'], ends(60_000, 0)],
    [['/bin/bash', '-c', 'sleep 0.5; exit 7'], ends(500, 7)],
    [['sh', '-c', 'sleep 2m && exit'], ends(120_000, 0)],
    [['sh', '-c', 'false && sleep 9'], ends(0, 1)],
    [['sh', '-c', 'echo hello && exit 1'], ends(0, 1)],
  ];
  for (const [command, program] of commands) {
    void test(`"${command.join(' ')}" ${JSON.stringify(program)}`, () =>
      assert.deepEqual(interpret(command, []), program));
  }
});

void describe('an application', () => {
  const env = [
    { name: 'ERROR_RATE', value: '0.5' },
    { name: 'LATENCY_MS', value: '20' },
  ];
  const applications: readonly (readonly [what: string, container: Container, behaviour: object])[] = [
    ['a plain tag', app({ image: 'reg:5000/app:7' }), { version: '7', errorRate: 0, latencyMs: 0 }],
    ['no tag', app({ image: 'reg:5000/app' }), { version: 'latest', errorRate: 0, latencyMs: 0 }],
    ['errors', app({ image: 'app:2-errors-30' }), { version: '2-errors-30', errorRate: 0.3, latencyMs: 0 }],
    [
      'latency',
      app({ image: 'app:2-latency-200' }),
      { version: '2-latency-200', errorRate: 0, latencyMs: 200 },
    ],
    ['variables', app({ image: 'app:2', env }), { version: '2', errorRate: 0.5, latencyMs: 20 }],
  ];
  for (const [what, container, behaviour] of applications) {
    void test(`with ${what}`, () => assert.deepEqual(behaviourOf(container), behaviour));
  }
});
