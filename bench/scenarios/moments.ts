import { valueAt } from '../../test/cluster/bed/api.ts';
import type { Ref } from '../../test/cluster/bed/client.ts';
import { type Chronicle, openChronicle, type Sighting } from '../../test/cluster/support/chronicle.ts';
import { ingressWeight } from '../../test/cluster/support/routing.ts';
import { availableOf, hashOf, selectedHash, sizeOf } from '../../test/cluster/support/sizes.ts';
import { ingressOf, nginxRouting, ROLLOUTS, release, rolloutOf, serviceOf } from '../kinds.ts';
import { readPassLines } from '../pass-lines.ts';
import type { Result } from '../result.ts';
import { progress, type Session } from '../session.ts';
import { summarise } from '../statistics.ts';

/** How often each is measured, and how many rollouts are on their way to it at the same time. */
const TRIALS = 20;
const LANES = 3;
const LONGEST_SECONDS = 60;

/** From a cause to the write that follows from it, and what the pass that made it wrote beside it. */
interface Moment {
  readonly name: 'scale-up' | 'abort' | 'switch';
  readonly milliseconds: number;
  readonly writes: number;
}

interface Trial {
  readonly session: Session;
  readonly chronicle: Chronicle;
  readonly name: string;
}

/**
 * How long it takes from a cause to the write that follows from it, both as watches of ours show them: from more
 * `spec.replicas` to more of the ReplicaSet, from an abort to weight 0 in the canary Ingress, and from the last pod
 * of a blue-green preview to the switch of the active Service. And how much one pass writes.
 */
export async function moments(session: Session, run: number): Promise<Result> {
  const { bed, namespace } = session;
  progress(`moments: ${TRIALS} trials`);
  const chronicle = await openChronicle(bed.api, namespace, ['Rollout', 'ReplicaSet', 'Service', 'Ingress']);
  try {
    const found: Moment[] = [];
    const numbers = Array.from({ length: TRIALS }, (_, i) => i).values();
    const lane = async () => {
      for (const i of numbers) {
        found.push(...(await canaryTrial({ session, chronicle, name: `canary-${i}` })));
        found.push(await blueGreenTrial({ session, chronicle, name: `blue-${i}` }));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const passes = readPassLines(session.controller().logFile);
    const writes = passes.reduce((sum, pass) => sum + pass.writes.length, 0);
    return {
      scenario: 'moments',
      rollouts: null,
      run,
      figures: { ...figuresOf(found), 'writes of a pass, all': writes / passes.length },
      requestsEach: {},
      detail: { trials: TRIALS, moments: found, passes: passes.length, writes },
      failure: null,
    };
  } finally {
    chronicle.close();
  }
}

function figuresOf(found: readonly Moment[]): Readonly<Record<string, number>> {
  const rows = (['scale-up', 'abort', 'switch'] as const).flatMap((name) => {
    const mine = found.filter((moment) => moment.name === name);
    const { median, p95 } = summarise(mine.map(({ milliseconds }) => milliseconds));
    const writes = summarise(mine.map((moment) => moment.writes));
    return [
      [`${name}: median ms`, median],
      [`${name}: p95 ms`, p95],
      [`${name}: writes of its pass`, writes.median],
    ] as const;
  });
  return Object.fromEntries(rows);
}

/** A scale-up of a rollout at rest, and an abort at half of the traffic. */
async function canaryTrial(trial: Trial): Promise<readonly Moment[]> {
  const { session, chronicle, name } = trial;
  const { api } = session.bed;
  const place = { namespace: session.namespace, name };
  const ref: Ref = { apiVersion: ROLLOUTS, kind: 'Rollout', ...place };
  for (const role of ['stable', 'canary']) await api.create(serviceOf(place.namespace, name, role));
  await api.create(ingressOf(place.namespace, name));
  const steps = [{ setWeight: 50 }, { pause: {} }];
  await api.create(rolloutOf(place.namespace, name, { ...nginxRouting(name), steps }));
  await rests(trial, 'Healthy', 2);
  const isMine = (kind: string) => (sighting: Sighting) => sighting.kind === kind && sighting.name === name;
  const scaled = await follows(trial, {
    name: 'scale-up',
    isCause: (one) => isMine('Rollout')(one) && valueAt(one.object, 'spec.replicas') === 3,
    isEffect: (one) => isSetOf(one, name) && sizeOf(one.object) === 3,
    writes: 'patch ReplicaSet/',
    begin: () => api.patch(ref, 'merge', { spec: { replicas: 3 } }),
  });
  await rests(trial, 'Healthy', 3);
  await release(api, place, 2);
  const canary = `${name}-${name}-canary`;
  const weight = () => ingressWeight(chronicle.latest('Ingress', canary));
  await chronicle.until(`${name} has half of the traffic`, () => weight() === 50, LONGEST_SECONDS);
  await rests(trial, 'Paused', 5);
  const aborted = await follows(trial, {
    name: 'abort',
    isCause: (one) => isMine('Rollout')(one) && valueAt(one.object, 'status.abort') === true,
    isEffect: ({ kind, name: ingress, object }) =>
      kind === 'Ingress' && ingress === canary && ingressWeight(object) === 0,
    writes: 'patch Ingress/',
    begin: () => api.patch(ref, 'merge', { status: { abort: true } }, 'status'),
  });
  return [scaled, aborted];
}

/** The switch of a blue-green update. */
async function blueGreenTrial(trial: Trial): Promise<Moment> {
  const { session, name } = trial;
  const { api } = session.bed;
  const place = { namespace: session.namespace, name };
  for (const role of ['active', 'preview']) await api.create(serviceOf(place.namespace, name, role));
  const plain = rolloutOf(place.namespace, name, {});
  const blueGreen = { activeService: `${name}-active`, previewService: `${name}-preview` };
  await api.create({ ...plain, spec: { ...plain.spec, strategy: { blueGreen } } });
  const first = await rests(trial, 'Healthy', 2);
  const isNew = (hash: string | null) => hash !== null && hash !== '' && hash !== first;
  return follows(trial, {
    name: 'switch',
    isCause: (one) => isSetOf(one, name) && isNew(hashOf(one.object)) && availableOf(one.object) === 2,
    isEffect: ({ kind, name: service, object }) =>
      kind === 'Service' && service === `${name}-active` && isNew(selectedHash(object)),
    writes: `patch Service/${name}-active`,
    begin: () => release(api, place, 2),
  });
}

interface Following {
  readonly name: Moment['name'];
  readonly isCause: (sighting: Sighting) => boolean;
  readonly isEffect: (sighting: Sighting) => boolean;
  /** How the log tells of the effect. */
  readonly writes: string;
  readonly begin: () => Promise<unknown>;
}

async function follows({ session, chronicle, name: app }: Trial, following: Following): Promise<Moment> {
  const { name, isCause, isEffect, writes, begin } = following;
  const mine = () =>
    readPassLines(session.controller().logFile).filter(
      ({ rollout }) => rollout === `${session.namespace}/${app}`,
    );
  const before = mine().length;
  const at = { cause: Number.NaN, effect: Number.NaN };
  const stop = chronicle.follow((sighting) => {
    if (Number.isNaN(at.cause) && isCause(sighting)) at.cause = performance.now();
    if (Number.isNaN(at.effect) && isEffect(sighting)) at.effect = performance.now();
  });
  try {
    await begin();
    const isOver = () => !Number.isNaN(at.cause) && !Number.isNaN(at.effect);
    await chronicle.until(`${app}: ${name}`, isOver, LONGEST_SECONDS);
    // A pass is logged when all of it is done: the status that tells of it comes later still.
    const passOf = () =>
      mine()
        .slice(before)
        .find((pass) => pass.writes.some((one) => one.startsWith(writes)));
    await chronicle.until(`${app}: ${name} is logged`, () => passOf() !== undefined, LONGEST_SECONDS);
    return { name, milliseconds: at.effect - at.cause, writes: passOf()?.writes.length ?? Number.NaN };
  } finally {
    stop();
  }
}

/** Waits for a phase with so many available pods; the hash of its version. */
async function rests({ session, name }: Trial, phase: string, available: number): Promise<string> {
  const ref: Ref = { apiVersion: ROLLOUTS, kind: 'Rollout', namespace: session.namespace, name };
  const rollout = await session.bed.api.until(
    ref,
    (one) => valueAt(one, 'status.phase') === phase && valueAt(one, 'status.availableReplicas') === available,
    LONGEST_SECONDS,
  );
  return String(valueAt(rollout, 'status.currentPodHash'));
}

function isSetOf({ kind, object }: Sighting, app: string): boolean {
  return kind === 'ReplicaSet' && object.metadata.labels?.['app'] === app;
}
