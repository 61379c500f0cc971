import type { AnalysisRun, AnalysisRunSpec } from '../../../src/api/analysis.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import { ownerReference } from '../../../src/core/owner.ts';
import { createHttpClient } from '../../../src/providers/http-client.ts';
import { analysisPass } from '../../../src/shell/analysis/reconcile.ts';
import { type Clock, sleep, systemClock } from '../../../src/shell/clock.ts';
import type { KubeObject } from '../../../src/shell/kube/object.ts';
import { makeStores } from '../../../src/shell/stores.ts';
import { bench } from '../kube/bench.ts';
import type { Arrived, Reply } from '../kube/server.ts';

const SPEED = 20;
/** 2026-11-21T08:00:00Z */
const start = 1_795_248_000_000;

/** One AnalysisRun in an API server of our own, with the real client, stores and providers around it. */
export interface Lab {
  /** One pass; when the next one is wanted. */
  pass(): Promise<number | null>;
  /** Passes until the run has ended or `seconds` of its time are over. */
  play(seconds?: number): Promise<AnalysisRun>;
  /** The run as the API server has it; null when it is deleted. */
  stored(): AnalysisRun | null;
  /** Changes the run as a user would; the watch tells of it at once unless `isUnseen`. */
  change(change: (run: AnalysisRun) => AnalysisRun | null, isUnseen?: boolean): void;
  /** The watch catches up. */
  catchUp(): void;
  /** The controller's time. */
  now(): number;
  /** Lets time go by. */
  skip(seconds: number): void;
  /** A new controller on the same cluster. */
  restart(): void;
  readonly notes: readonly string[];
  /** Everything that was sent to the API server, `METHOD path body`. */
  readonly sent: readonly string[];
}

/**
 * Starts a lab. `secrets` are by name and key, in plain text; those of the controller's namespace are named
 * `sluice/NAME`. Without a clock the controller's time goes by twenty times as fast; whatever is on the wire
 * takes its real time. With a Rollout the run is of its release.
 */
export async function openLab(
  spec: AnalysisRunSpec,
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  ticking: Clock = fast(),
  rollout: (Rollout & KubeObject) | null = null,
): Promise<Lab> {
  const cluster = new Cluster(spec, secrets, rollout);
  const key = `${rollout?.metadata.namespace ?? 'ns'}/run`;
  const { client } = await bench((request) => cluster.answer(request));
  const notes: string[] = [];
  let shift = 0;
  const clock: Clock = {
    now: () => ticking.now() + shift,
    elapsed: () => ticking.elapsed(),
    after: (delayMs, work) => ticking.after(delayMs, work),
  };
  const stores = makeStores(() => {});
  stores.runs.replace([cluster.run as AnalysisRun & KubeObject], '1');
  if (rollout !== null) stores.rollouts.replace([rollout], '1');
  const announce = (_: unknown, told: readonly { reason: string; message: string }[]) =>
    notes.push(...told.map((note) => `${note.reason}: ${note.message}`));
  const controller = () =>
    analysisPass({
      stores,
      client,
      clock,
      announce,
      env: {},
      fetch: createHttpClient({}),
      settings: { controllerNamespace: 'sluice', controllers: 'all' },
    });
  let pass = controller();
  const never = new AbortController().signal;
  const catchUp = () => {
    if (cluster.run === null) {
      const known = stores.runs.get(key);
      if (known !== null) stores.runs.remove(known);
    } else stores.runs.upsert(cluster.run as AnalysisRun & KubeObject);
  };
  const lab: Lab = {
    pass: () => pass(key, never),
    play: async (seconds = 120) => {
      const end = clock.now() + seconds * 1000;
      for (let passes = 0; ; passes++) {
        if (passes > 500) throw new Error('the run does not get on');
        const wakeAt = await lab.pass();
        if (cluster.run === null) throw new Error('the run is gone');
        const phase = cluster.run.status?.phase ?? '';
        if (!['', 'Pending', 'Running'].includes(phase)) return cluster.run;
        if (wakeAt === null || wakeAt > end) return cluster.run;
        await sleep(clock, wakeAt - clock.now());
      }
    },
    stored: () => cluster.run,
    change: (change, isUnseen = false) => {
      cluster.write(cluster.run === null ? null : change(cluster.run));
      if (!isUnseen) catchUp();
    },
    catchUp,
    now: () => clock.now(),
    skip: (seconds) => {
      shift += seconds * 1000;
    },
    restart: () => {
      pass = controller();
    },
    notes,
    sent: cluster.sent,
  };
  return lab;
}

function fast(): Clock {
  const begin = systemClock.elapsed();
  return {
    now: () => Math.floor(start + (systemClock.elapsed() - begin) * SPEED),
    elapsed: () => systemClock.elapsed() * SPEED,
    after: (delayMs, work) => systemClock.after(delayMs / SPEED, work),
  };
}

/** As much of an API server as these tests need. */
class Cluster {
  run: AnalysisRun | null;
  readonly sent: string[] = [];
  readonly #secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  #version = 1;

  constructor(
    spec: AnalysisRunSpec,
    secrets: Readonly<Record<string, Readonly<Record<string, string>>>>,
    rollout: Rollout | null,
  ) {
    this.#secrets = secrets;
    this.run = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: {
        name: 'run',
        namespace: rollout?.metadata.namespace ?? 'ns',
        uid: 'u',
        resourceVersion: '1',
        ...(rollout === null ? {} : { ownerReferences: [ownerReference(rollout.metadata)] }),
      },
      spec,
    };
  }

  write(run: AnalysisRun | null): void {
    this.#version += 1;
    const metadata = { resourceVersion: String(this.#version) };
    this.run = run === null ? null : { ...run, metadata: { ...run.metadata, ...metadata } };
  }

  answer(request: Arrived): Reply {
    this.sent.push(`${request.method} ${request.path} ${request.body}`);
    const secret = /^\/api\/v1\/namespaces\/(ns|sluice)\/secrets\/(.+)$/.exec(request.path);
    if (secret !== null) return this.#secret(`${secret[1]}/${secret[2]}`);
    if (this.run === null) return failure(404, 'NotFound', 'analysisruns.argoproj.io "run" not found');
    if (request.method === 'GET') return this.#list();
    if (request.method === 'DELETE') {
      this.write(null);
      return { body: { kind: 'Status', status: 'Success' } };
    }
    const patch = JSON.parse(request.body) as { metadata: { resourceVersion: string }; status: object };
    if (patch.metadata.resourceVersion !== this.run.metadata.resourceVersion)
      return failure(409, 'Conflict', 'the object has been modified');
    this.write({ ...this.run, status: merge(this.run.status ?? {}, patch.status) } as AnalysisRun);
    return { body: this.run };
  }

  #list(): Reply {
    const metadata = { resourceVersion: String(this.#version) };
    return { body: { kind: 'AnalysisRunList', metadata, items: this.run === null ? [] : [this.run] } };
  }

  #secret(place: string): Reply {
    const name = place.replace(/^.*\//, '');
    const found = this.#secrets[place.replace(/^ns\//, '')];
    if (found === undefined) return failure(404, 'NotFound', `secrets "${name}" not found`);
    const data = Object.entries(found).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    return { body: { kind: 'Secret', metadata: { name }, data: Object.fromEntries(data) } };
  }
}

function failure(code: number, reason: string, message: string): Reply {
  return { status: code, body: { kind: 'Status', code, reason, message, details: { name: 'x' } } };
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as object) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key] ?? {}, value);
  }
  return merged;
}
