import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutStatus, StepPluginStatus } from '../../src/api/rollout.ts';
import { updating as progress, rollout } from '../view/support/objects.ts';
import { harness } from './support/harness.ts';

/** `approve` and `reject`: what they write, and when they will not. */

const waits: StepPluginStatus = {
  index: 1,
  name: 'sluice/gate',
  operation: 'Run',
  phase: 'Running',
  status: { gate: 'qa', token: 'abc-1' },
};
const at = (status: RolloutStatus = {}, plugins: readonly StepPluginStatus[] = [waits]) =>
  rollout(progress(1, { ...status, canary: { stepPluginStatuses: plugins } }));
const app = at();
const key = 'gate.sluice.dev/qa';

interface Row {
  readonly args: string;
  readonly object?: typeof app;
  readonly out?: string;
  readonly err?: string;
  readonly writes?: readonly string[];
}

const said = (who: string, what: string) =>
  `rollouts/app {"metadata":{"annotations":{"${key}.${who}":"${what}"}}}`;

const rows: Readonly<Record<string, Row>> = {
  yes: {
    args: 'approve app --by anna',
    out: "gate 'qa' of rollout 'app' approved by anna\n",
    writes: [said('anna', 'approve:abc-1')],
  },
  'yes, with a comment': {
    args: 'approve app --by anna --comment fine',
    out: "gate 'qa' of rollout 'app' approved by anna\n",
    writes: [said('anna', 'approve:abc-1 fine')],
  },
  no: {
    args: 'reject app --gate qa --by ben@example.com',
    out: "gate 'qa' of rollout 'app' rejected by ben@example.com: the release is given up\n",
    writes: [said('ben_at_example.com', 'reject:abc-1')],
  },
  'another gate': {
    args: 'approve app --gate prod --by anna',
    err: "Error: rollout 'app' waits at gate 'qa', not at 'prod'\n",
  },
  'no gate': {
    args: 'approve app --by anna',
    object: at({}, []),
    err: "Error: rollout 'app' waits at no gate\n",
  },
  'a gate that is behind': {
    args: 'approve app --by anna',
    object: at({ currentStepIndex: 2 }),
    err: "Error: rollout 'app' waits at no gate\n",
  },
  'a gate that is open': {
    args: 'approve app --by anna',
    object: at({}, [{ ...waits, phase: 'Successful', finishedAt: '2026-11-21T08:00:00Z' }]),
    err: "Error: rollout 'app' waits at no gate\n",
  },
  'after an abort': {
    args: 'approve app --by anna',
    object: at({ abort: true }),
    err: "Error: rollout 'app' waits at no gate\n",
  },
  'a name that no annotation can hold': {
    args: 'approve app --by system:serviceaccount:ci:bot',
    err: "Error: 'system:serviceaccount:ci:bot' cannot stand in an approval (letters, digits and ._@-, in all as many as fit into the key of an annotation); choose a name with --by\n",
  },
};

for (const [name, { args, object = app, out = '', err = '', writes = [] }] of Object.entries(rows)) {
  void test(name, async () => {
    const bench = harness({ objects: [object] });
    const ran = await bench.run(...args.split(' '));
    assert.deepEqual(ran, { code: err === '' ? 0 : 1, out, err });
    const made = bench.store.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`);
    assert.deepEqual(made, writes);
  });
}
