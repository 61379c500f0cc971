import { valueAt } from '../../test/cluster/bed/api.ts';
import { vector } from '../../test/cluster/support/metrics-server.ts';
import type { AuditedRequest } from '../audit.ts';
import { type Claim, type Fleet, followFleet, forAll, isDone, isHealthy } from '../fleet.ts';
import { imageOf, type Kind, MEANING, manifestsOf, release, templateOf } from '../kinds.ts';
import { beginMetering, type Metering } from '../meter.ts';
import type { Scenario } from '../options.ts';
import { ofPhase, type Result } from '../result.ts';
import { progress, type Session } from '../session.ts';
import { round } from '../statistics.ts';

/** Some rollouts of one kind, in a cluster of their own. */
export interface Phases {
  /** Creates all of them at once. */
  create(): Promise<Result>;
  /** Gives all of them a new image at once; reported as the given scenario. */
  update(scenario: Scenario): Promise<Result>;
  close(): void;
}

/** Longer than anything that works can take. */
const secondsFor = (count: number) => 60 + count;

/** Prepares `count` rollouts of a kind. Nothing of them is created yet. */
export async function phasesOf(
  session: Session,
  { kind, count, run }: { readonly kind: Kind; readonly count: number; readonly run: number },
): Promise<Phases> {
  const { bed, metrics, namespace } = session;
  const names = Array.from({ length: count }, (_, i) => `r-${String(i).padStart(4, '0')}`);
  metrics.answer('good', vector([1]));
  if (kind === 'analysis') await bed.api.create(templateOf(namespace, metrics.url, {}));
  const fleet = await followFleet(bed.api, namespace);
  const told = (what: string) => `${count} ${kind} rollouts: ${what}`;
  return {
    close: () => fleet.close(),
    create: async () => {
      const manifests = names.map((name) => manifestsOf(kind, { namespace, name }));
      await forAll(
        manifests.flatMap(({ needs }) => needs),
        (manifest) => bed.api.create(manifest),
      );
      progress(told('creating'));
      return measure(session, { fleet, scenario: 'create', kind, count, run, image: imageOf(1) }, () =>
        forAll(manifests, ({ rollout }) => bed.api.create(rollout)),
      );
    },
    update: (scenario) => {
      progress(told('updating'));
      return measure(session, { fleet, scenario, kind, count, run, image: imageOf(2) }, () =>
        forAll(names, (name) => release(bed.api, { namespace, name }, 2)),
      );
    },
  };
}

interface Phase {
  readonly fleet: Fleet;
  readonly scenario: Scenario;
  readonly kind: Kind;
  readonly count: number;
  readonly run: number;
  readonly image: string;
}

async function measure(session: Session, phase: Phase, begin: () => Promise<void>): Promise<Result> {
  const { fleet, scenario, kind, count, run, image } = phase;
  const metering = await beginMetering(session.bed, session.controller());
  const seconds = secondsFor(count);
  const has =
    (claim: Claim): Claim =>
    (rollout) =>
      claim(rollout) && valueAt(rollout, 'spec.template.spec.containers.0.image') === image;
  try {
    await begin();
    await fleet.until(has(isHealthy), count, seconds);
    const wallSeconds = metering.elapsedSeconds();
    // With traffic routing the old pods go later; that is part of the work.
    await fleet.until(has(isDone), count, seconds);
    const measured = await metering.end(wallSeconds);
    progress(`${count} ${kind} rollouts: healthy after ${round(wallSeconds, 1)} s`);
    const more = { meaning: MEANING[kind], example: exampleOf(metering) };
    return ofPhase({ scenario, rollouts: count, run }, measured, more);
  } finally {
    metering.abandon();
  }
}

// What was asked for one rollout, in the middle of the crowd, and when.
function exampleOf(metering: Metering): readonly string[] {
  const named = metering.seen().filter(({ name }) => name.startsWith('r-'));
  const middle = named[named.length >> 1]?.name.slice(0, 'r-0000'.length) ?? '';
  const mine = named.filter(({ name }) => name.startsWith(middle)).sort((a, b) => a.atMs - b.atMs);
  const [first] = mine;
  return mine.map((request) => lineOf(request, first?.atMs ?? 0));
}

function lineOf({ verb, resource, name, code, atMs }: AuditedRequest, since: number): string {
  const seconds = ((atMs - since) / 1000).toFixed(3).padStart(8);
  return `${seconds} s  ${code} ${verb} ${resource} ${name}`;
}
