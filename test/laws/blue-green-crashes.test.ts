import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LABEL } from '../../src/api/keys.ts';
import type { BlueGreenStrategy } from '../../src/api/rollout.ts';
import { bg } from '../support/blue-green.ts';
import { type Cluster, hashOf } from '../support/cluster.ts';
import { roleOf } from '../support/draft.ts';
import {
  type Act,
  act,
  analyst,
  handBack,
  kubelet,
  type Moment,
  pass,
  podsOf,
  summary,
} from '../support/play.ts';

/**
 * A blue-green release from its first write to its last, and the controller dies after every one of them. Whoever comes
 * after goes on as if nothing had been: users always see pods that serve, and in the end all is as without the crash.
 */

const CHECK = { templates: [{ templateName: 'check' }] };
const BOTH = { prePromotionAnalysis: CHECK, postPromotionAnalysis: CHECK };

interface Life {
  readonly name: string;
  readonly blueGreen: Partial<BlueGreenStrategy>;
  /** Each is done once nothing moves any more. */
  readonly acts: readonly Act[];
  readonly verdict?: string;
}

const TO = { canary: { kind: 'image', role: 'canary' }, stable: { kind: 'image', role: 'stable' } } as const;
const LIVES: readonly Life[] = [
  { name: 'by itself, analysed before and after', blueGreen: BOTH, acts: [TO.canary] },
  {
    name: 'promoted by a person, from a smaller preview',
    blueGreen: { autoPromotionEnabled: false, previewReplicaCount: 1 },
    acts: [TO.canary, { kind: 'promote' }],
  },
  {
    name: 'aborted, tried again, promoted in full',
    blueGreen: { autoPromotionEnabled: false, scaleDownDelaySeconds: 600 },
    acts: [TO.canary, { kind: 'abort' }, { kind: 'retry' }, { kind: 'full' }],
  },
  {
    name: 'and back, fast',
    blueGreen: { ...BOTH, autoPromotionSeconds: 5, scaleDownDelaySeconds: 600 },
    acts: [TO.canary, TO.stable],
  },
  { name: 'given up by its analysis', blueGreen: BOTH, acts: [TO.canary], verdict: 'Failed' },
  {
    name: 'to a canary in the pause',
    blueGreen: { autoPromotionEnabled: false },
    acts: [TO.canary, { kind: 'strategy', blueGreen: null, canary: { steps: [{ setWeight: 50 }] } }],
  },
];

/** Plays a life; the controller dies after that many writes. Tells how many there were, and how it ended. */
function play(life: Life, dies: number): { readonly writes: number; readonly end: string } {
  const start = bg('stable 4/4', life.blueGreen);
  let moment: Moment = { cluster: start.cluster, now: start.now };
  let writes = 0;
  for (const what of life.acts) {
    moment = { ...moment, cluster: act(moment.cluster, what) };
    for (let i = 0, rests = false; !rests; i++) {
      assert.ok(i < 200, `does not settle: ${summary(moment.cluster)}`);
      const left = dies - writes;
      const fault = left >= 0 && left < 30 ? { writes: left } : {};
      const done = pass(moment, isServed, fault);
      // Dead for a moment: what it has written is there, and the next one looks anew.
      writes += done.writes + (fault.writes === done.writes ? 0.5 : 0);
      assert.equal(done.conflict, null);
      const cluster = analyst(
        kubelet(handBack(done.cluster), () => 2),
        () => life.verdict ?? 'Successful',
      );
      const isMoving = cluster.version !== moment.cluster.version || fault.writes === done.writes;
      const { wakeAt } = done.decision;
      // Old pods are kept so long that the next act finds them.
      const isSoon = wakeAt !== null && wakeAt < moment.now + 500_000;
      rests = !isMoving && !isSoon;
      moment = { cluster, now: isMoving || !isSoon ? moment.now : wakeAt };
    }
  }
  return { writes, end: ending(moment.cluster) };
}

/** Users always see pods that serve: those of one version, or where the active Service was handed back of all. */
function isServed(cluster: Cluster): void {
  const active = cluster.services.find(({ metadata }) => metadata.name === 'app-active');
  const hash = active?.spec?.selector?.[LABEL.podTemplateHash];
  if (hash === undefined) return;
  const seen = cluster.replicaSets.find((rs) => hashOf(rs) === hash);
  const serving = Math.min(seen?.spec.replicas ?? 0, seen?.status?.availableReplicas ?? 0);
  assert.ok(serving > 0, `users see ${roleOf(hash)}, of which nothing serves`);
}

function ending(cluster: Cluster): string {
  const { status } = cluster.rollout;
  const sizes = ['stable', 'canary'].map((role) => podsOf(cluster, role).wanted).join('/');
  const seen = cluster.services.map((one) => roleOf(one.spec?.selector?.[LABEL.podTemplateHash])).join(' ');
  const said = `${status?.phase} ${status?.message ?? ''}`;
  return `${roleOf(status?.stableRS)} is stable; pods ${sizes}; users see ${seen}; ${said}`;
}

for (const life of LIVES)
  void test(`${life.name}: a crash after every write`, () => {
    const calm = play(life, Number.POSITIVE_INFINITY);
    assert.ok(calm.writes > 8, `only ${calm.writes} writes`);
    for (let dies = 0; dies < calm.writes; dies++)
      assert.equal(play(life, dies).end, calm.end, `after ${dies} writes`);
  });
