import { parseDuration } from '../../api/duration.ts';
import type { Manifest } from '../../api/meta.ts';
import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Deployment } from '../../api/workload.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { readRollout } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { readSources } from '../lint/files.ts';
import { arrive } from '../migrate/arrive.ts';
import { departure } from '../migrate/departure.ts';
import { convert } from '../migrate/flagger/convert.ts';
import { gatherAround, gatherCanary, givenIn } from '../migrate/given.ts';
import { leave } from '../migrate/leave.ts';
import { arriveLive } from '../migrate/live/arrive.ts';
import { leaveLive } from '../migrate/live/leave.ts';
import { seen, settle } from '../migrate/live/settle.ts';
import { Interrupted, type Scene } from '../migrate/live/wait.ts';
import type { Migration, StrategyName, Way } from '../migrate/migration.ts';
import { type Given, named, near } from '../migrate/neighbours.ts';
import { type Format, printMigration, wordsOf } from '../migrate/print.ts';
import { refuseUpdate, type Version } from '../migrate/rest.ts';
import { type Target, targetOf } from '../migrate/target.ts';
import { Refusal } from '../refusal.ts';

/** Options of `migrate`, as they are typed. */
export interface MigrateOptions {
  readonly filename?: readonly string[];
  readonly to?: 'deployment';
  readonly by: Way;
  readonly strategy: StrategyName;
  readonly service?: string;
  readonly scaleDown: 'progressively' | 'onsuccess';
  readonly apply?: boolean;
  readonly delete?: boolean;
  readonly force?: Version;
  readonly timeout: string;
  readonly meshProvider?: string;
  readonly metricsServer?: string;
  readonly output: Format;
}

/** Ctrl-C, as a shell tells it. */
const INTERRUPTED = 130;

/**
 * `migrate deployment/NAME`, `migrate rollout/NAME --to deployment`, `migrate canary/NAME`: prints what to
 * apply and says what to do, or does it with `--apply`. With `-f` the objects come from files.
 */
export async function migrate(
  io: Io,
  open: () => Promise<Cluster>,
  typed: string | undefined,
  options: MigrateOptions,
): Promise<number> {
  const timeoutMs = refuseNonsense(options);
  if (options.filename !== undefined) {
    const given = givenIn(await readSources(io, options.filename));
    const target = typed === undefined ? onlyTarget(given) : targetOf(typed);
    printMigration(io, offline(target, given, options), options.output);
    return 0;
  }
  if (typed === undefined)
    throw new Refusal(
      'migrate what? Say deployment/NAME, rollout/NAME or canary/NAME, or give files with -f',
    );
  const target = targetOf(typed);
  refuseMismatch(target, options);
  const cluster = await open();
  try {
    const deadline = timeoutMs === 0 ? Number.POSITIVE_INFINITY : io.clock.elapsed() + timeoutMs;
    return await inCluster({ io, cluster, deadline }, target, options);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say(io.err, 'interrupted: nothing is undone, and the same command goes on from here');
    return INTERRUPTED;
  } finally {
    await cluster.close();
  }
}

/** Throws a Refusal for flags that do not go together. Returns the patience in milliseconds. */
function refuseNonsense(options: MigrateOptions): number {
  const { filename, apply = false, by, timeout } = options;
  const timeoutMs = parseDuration(timeout);
  if (timeoutMs === null || timeoutMs < 0)
    throw new Refusal(`--timeout: ${timeout} is not a duration such as 10m`);
  if (filename !== undefined && apply)
    throw new Refusal('--apply works on what is in a cluster: leave -f out, or print and apply by hand');
  if (options.delete === true && !apply) throw new Refusal('--delete needs --apply');
  if (options.delete === true && by === 'reference')
    throw new Refusal('--delete needs --by copy: a Rollout that refers to a Deployment cannot be without it');
  return timeoutMs;
}

function refuseMismatch({ kind, name }: Target, options: MigrateOptions): void {
  if (kind === 'rollout' && options.to === undefined)
    throw new Refusal(`rollout/${name}: say what it is to become: --to deployment`);
  if (kind !== 'rollout' && options.to !== undefined)
    throw new Refusal(`--to is for a Rollout: migrate rollout/${name} --to deployment`);
  if (kind !== 'rollout' && options.force !== undefined)
    throw new Refusal(
      '--force is for leaving in the middle of an update: migrate rollout/NAME --to deployment',
    );
  if (kind === 'canary' && options.apply === true)
    throw new Refusal(
      `canary/${name}: a Canary is not migrated by --apply, as Flagger has its hand on the pods; print, and follow the order that is given`,
    );
}

function onlyTarget(given: Given): Target {
  const canaries = given.filter(({ kind }) => kind === 'Canary');
  const found = canaries.length > 0 ? canaries : given.filter(({ kind }) => kind === 'Deployment');
  const [one, ...more] = found;
  if (one === undefined) throw new Refusal('there is neither a Canary nor a Deployment in these files');
  const name = one.metadata.name;
  const kind = one.kind === 'Canary' ? 'canary' : 'deployment';
  if (more.length > 0)
    throw new Refusal(
      `there are ${found.length} of them in these files: say which one, such as ${kind}/${name}`,
    );
  return { kind, name };
}

/** What comes of objects in files. */
function offline(target: Target, given: Given, options: MigrateOptions): Migration {
  const { kind, name } = target;
  if (kind === 'canary') {
    const canary = find(given, 'Canary', name);
    // Templates of metrics and providers of alerts may be in another namespace.
    const shared = given.filter(
      (object) => object.kind === 'MetricTemplate' || object.kind === 'AlertProvider',
    );
    return convert(canary, [...near(given, canary), ...shared], options);
  }
  if (kind === 'deployment') {
    const deployment = find(given, 'Deployment', name) as Deployment;
    return arrive(deployment, near(given, deployment), { ...options, service: options.service });
  }
  throw new Refusal(`rollout/${name}: which version it has is known in its cluster only: leave -f out`);
}

function find(given: Given, kind: string, name: string): Manifest {
  const found = named(given, kind, name);
  if (found === null) throw new Refusal(`there is no ${kind} "${name}" in these files`);
  return found;
}

async function inCluster(scene: Scene, { kind, name }: Target, options: MigrateOptions): Promise<number> {
  const { io, cluster } = scene;
  switch (kind) {
    case 'deployment':
      return arriving(scene, name, options);
    case 'rollout':
      return leaving(scene, name, options);
    case 'canary': {
      const { canary, given, missing } = await gatherCanary(cluster, name);
      printMigration(io, withMissing(convert(canary, given, options), missing), options.output);
      return 0;
    }
    default:
      return kind satisfies never;
  }
}

async function arriving(scene: Scene, name: string, options: MigrateOptions): Promise<number> {
  const { io, cluster } = scene;
  const place = { namespace: cluster.namespace, name };
  const deployment = await cluster.api.get<Deployment & KubeObject>(resources.deployments, place);
  const { given, missing } = await gatherAround(cluster);
  const arrival = { ...options, service: options.service, isDeleting: options.delete === true };
  const migration = withMissing(arrive(deployment, given, arrival), missing);
  if (options.apply !== true) {
    printMigration(io, migration, options.output);
    return 0;
  }
  await arriveLive(scene, deployment, given, arrival);
  say(io.err, ...wordsOf({ ...migration, order: [] }));
  return 0;
}

async function leaving(scene: Scene, name: string, options: MigrateOptions): Promise<number> {
  const { io, cluster } = scene;
  const { force } = options;
  const before = options.apply === true ? await seen(scene, name) : await readRollout(cluster, name);
  const rollout: Rollout =
    force === undefined || options.apply !== true ? before : await settle(scene, before, force);
  if (force === undefined) refuseUpdate(rollout);
  const { given, missing } = await gatherAround(cluster);
  const { source, first } = await departure(scene, rollout, force ?? 'stable');
  const migration = withMissing(leave(rollout, given, source), missing);
  if (options.apply !== true) {
    printMigration(io, { ...migration, order: [...first, ...migration.order] }, options.output);
    return 0;
  }
  await leaveLive(scene, rollout, given, source);
  say(io.err, ...wordsOf({ ...migration, order: [] }));
  return 0;
}

function withMissing(migration: Migration, missing: readonly string[]): Migration {
  return { ...migration, notes: [...missing, ...migration.notes] };
}
