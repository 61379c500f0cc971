import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { type Application, application, podTemplate } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { hashOf, historyOf } from './support/sizes.ts';

// What follows the part of a version, where a real ReplicaSet controller makes the pods.

const REPLICAS = 3;
const FORMER = 'sluice.dev/former-metadata';
const TERMS = 'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution';
/** A term of the user's, with a field that is younger than the API that we follow. */
const OWN = {
  labelSelector: { matchLabels: { app: 'database' } },
  matchLabelKeys: ['pod-template-hash'],
  topologyKey: 'topology.kubernetes.io/zone',
};

/** One line of the API server's audit log. */
interface Audited {
  readonly verb: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

void describe('metadata and anti-affinity', () => {
  let ground: Ground;
  let bed: Bed;
  let chronicle: Chronicle;
  let namespace: string;
  let app: Application;

  before(async () => {
    ground = await openGround('metadata', { watched: ['Rollout', 'ReplicaSet'] });
    ({ bed, namespace, chronicle } = ground);
    app = application(bed, namespace, 'app', { replicas: REPLICAS });
  });
  after(() => ground?.close());

  /** Requests of the controller in the namespace, as `patch pods`; those that were refused with their code. */
  const requests = (): readonly string[] =>
    readFileSync(bed.auditFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Audited)
      .filter(({ objectRef }) => objectRef?.namespace === namespace && objectRef.subresource === undefined)
      .map(({ verb, objectRef, responseStatus: { code = 200 } = {} }) =>
        code < 300 ? `${verb} ${objectRef?.resource}` : `${verb} ${objectRef?.resource} ${code}`,
      );
  const count = (request: string) => requests().filter((one) => one === request).length;
  const setOf = (tag: string) => historyOf(chronicle, app.name, tag).at(-1)?.object;
  const podsOf = async (tag: string): Promise<readonly KubeObject[]> => {
    const all = await bed.api.list({ apiVersion: 'v1', kind: 'Pod', namespace });
    const hash = hashOf(setOf(tag));
    const own = all.filter((pod) => hashOf(pod) === hash && pod.metadata['deletionTimestamp'] === undefined);
    return own;
  };
  const told = async (tag: string): Promise<readonly string[]> =>
    (await podsOf(tag)).map(({ metadata: { labels = {}, annotations = {} } }) => {
      return `${labels['role']} ${labels['track']} ${annotations['note'] ?? '-'}`;
    });
  const through = (tag: string) =>
    chronicle.until(`the pods of ${tag} have it`, () => {
      const set = setOf(tag);
      const annotations = set?.metadata.annotations ?? {};
      const isStable = annotations['rollout.argoproj.io/ephemeral-metadata']?.includes('stable') === true;
      return isStable && annotations[FORMER] === undefined;
    });
  const each = (words: string, size = REPLICAS) => Array.from({ length: size }, () => words);

  void test('a release: every pod follows, and each is patched once', async () => {
    const made = podTemplate(app.name, 'demo/app:1');
    const template = {
      metadata: { labels: { ...made.metadata.labels, track: 'web' } },
      spec: {
        ...made.spec,
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [OWN] } },
      },
    };
    const canary = {
      maxSurge: 1,
      maxUnavailable: 0,
      steps: [{ setWeight: 34 }, { pause: {} }],
      canaryMetadata: { labels: { role: 'canary', track: 'next' }, annotations: { note: 'new' } },
      stableMetadata: { labels: { role: 'stable' } },
      antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
    };
    await app.putRollout(canary, { template });
    await app.phase('Healthy');
    assert.deepEqual(await told('1'), each('stable web -'));
    await app.release('2');
    await app.pausedAt(1);
    assert.deepEqual(await told('2'), ['canary next new']);
    assert.equal(count('list pods') + count('patch pods'), 0, 'a new version costs nothing');
    await app.act('promote');
    await app.phase('Healthy');
    await through('2');
    assert.deepEqual(await told('2'), each('stable web -'));
    assert.equal(count('list pods'), 1);
    assert.equal(count('patch pods'), REPLICAS);
    const old = setOf('1');
    assert.equal(valueAt(old, 'spec.template.metadata.labels.role'), undefined);
    assert.equal(old?.metadata.annotations?.['rollout.argoproj.io/ephemeral-metadata'], undefined);
  });

  void test('the way back: old pods are made anew with it, off the nodes of the others', async () => {
    const [mine, theirs] = [hashOf(setOf('1')), hashOf(setOf('2'))];
    const [own, against] = valueAt(setOf('2'), TERMS) as readonly unknown[];
    assert.deepEqual(own, OWN);
    assert.equal(valueAt(against, 'labelSelector.matchExpressions.0.values.0'), mine);
    await app.release('1');
    await app.pausedAt(1);
    assert.deepEqual(await told('1'), ['canary next new']);
    const terms = valueAt(setOf('1'), TERMS) as readonly unknown[];
    assert.equal(terms.length, 2);
    assert.deepEqual(terms[0], OWN);
    assert.equal(valueAt(terms[1], 'labelSelector.matchExpressions.0.values.0'), theirs);
    await app.act('promote');
    await app.phase('Healthy');
    await through('1');
    assert.deepEqual(await told('1'), each('stable web -'));
  });

  void test('another word in the strategy reaches all pods, while their number changes', async () => {
    await bed.api.patch(app.ref, 'merge', {
      spec: { replicas: 5, strategy: { canary: { stableMetadata: { labels: { role: 'stable-too' } } } } },
    });
    await app.until((rollout) => valueAt(rollout, 'status.availableReplicas') === 5);
    await through('1');
    assert.deepEqual(await told('1'), each('stable-too web -', 5));
  });

  void test('nothing was refused but what had moved on', () => {
    const refused = requests().filter((request) => /\d$/.test(request) && !request.endsWith(' 409'));
    assert.deepEqual(refused, []);
  });
});
