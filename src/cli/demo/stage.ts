import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { type Clock, sleep } from '../../shell/clock.ts';
import { type Controller, startController } from '../../shell/controller.ts';
import { parseSettings } from '../../shell/flags.ts';
import { tellTroubles } from '../../shell/log.ts';
import { openSurroundings } from '../../shell/surroundings.ts';
import { kubeconfigOf, serve } from '../../sim/api-server/serve.ts';
import { kinds } from '../../sim/kinds.ts';
import { Doors } from '../../sim/kubelet/serve/doors.ts';
import { DATA_PLANES } from '../../sim/mesh/mesh.ts';
import { Random } from '../../sim/random.ts';
import { type Client, startClient } from '../../sim/traffic/client.ts';
import { type MeshProxy, podAddress, startProxy } from '../../sim/traffic/proxy.ts';
import { World } from '../../sim/world.ts';
import { makeRepository, type Workshop } from '../../sync/git/writer.ts';
import { definitions } from './definitions.ts';
import type { Folder } from './folder.ts';
import { misfortuneOf } from './misfortune.ts';
import type { Pace } from './pace.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { type Posted, type Slack, startSlack } from './slack.ts';

/** What a stage is made with. */
export interface StageOptions {
  readonly clock: Clock;
  readonly folder: Folder;
  readonly seed: string;
  readonly pace: Pace;
  /** Told of each message that Slack got. */
  readonly onPost: (posted: Posted) => void;
}

/** Everything that a release needs, up and running on loopback addresses. */
export interface Stage {
  readonly world: World<Clock>;
  readonly workshop: Workshop;
  readonly prometheus: Prometheus;
  readonly proxy: MeshProxy;
  /** People begin to come who ask for this host. They go with the stage. */
  letIn(people: { readonly host: string; readonly perSecond: number }): Client;
  /** Ends everything, the last first. Never throws. */
  close(): Promise<void>;
}

/** The namespace of the controller. */
const HOME = 'sluice';
const BRANCH = 'main';
const AUTHOR = { name: 'Demo', email: 'demo@example.com' };
/** Longest time that the end of one part may take. */
const CLOSING_MS = 3_000;
/** For an answer to a user, and from the proxy to a pod. */
const ANSWER_MS = 5_000;

/** Starts a cluster and all around it: nothing of the application is there yet. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const ends = new Ends(options.clock);
  try {
    return await build(options, ends);
  } catch (error) {
    await ends.close();
    throw error;
  }
}

/** What has to be ended, the last first. */
class Ends {
  readonly #clock: Clock;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  /** One that takes too long, or fails, does not hold up the others. */
  async close(): Promise<void> {
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      const done = new AbortController();
      const ended = end().catch(() => null);
      await Promise.race([ended, sleep(this.#clock, CLOSING_MS, done.signal)]);
      done.abort();
    }
  }
}

async function build(options: StageOptions, ends: Ends): Promise<Stage> {
  const { clock, folder, seed, pace, onPost } = options;
  const doors = new Doors();
  const workshop = await makeRepository(folder.repository, { branch: BRANCH, author: AUTHOR });
  const world = new World({ ...worldOptions(clock, seed), doors });
  ends.add(() => world.stop());
  const api = await serve(world.api);
  ends.add(() => api.close());
  writeFileSync(folder.kubeconfig, kubeconfigOf(api), { mode: 0o600 });
  const slack = await startSlack(onPost);
  ends.add(() => slack.close());
  configureNotifications(world, slack);
  const prometheus = await startPrometheus({ objects: world.api, doors, clock, everyMs: pace.scrapeMs });
  ends.add(() => prometheus.close());
  const proxy = await startProxy({
    objects: world.api,
    planes: DATA_PLANES,
    random: new Random(`${seed}/proxy`),
    port: 0,
    addressOf: (endpoint) => {
      const address = podAddress(endpoint);
      return address === null ? null : doors.of(address);
    },
    deadlineMs: ANSWER_MS,
  });
  ends.add(() => proxy.close());
  const controller = await production(folder, ends);
  ends.add(() => controller.stop());
  return { world, workshop, prometheus, proxy, letIn: letIn(proxy, clock, ends), close: () => ends.close() };
}

function worldOptions(clock: Clock, seed: string) {
  return {
    clock,
    seed,
    definitions: definitions(),
    controllers: { events: true },
    misfortune: misfortuneOf,
    serve: true,
  };
}

/** As a user does it, but for the address of Slack. */
function configureNotifications({ user }: World<Clock>, { apiUrl, token }: Slack): void {
  const at = (name: string) => ({ apiVersion: 'v1', metadata: { name, namespace: HOME } });
  user.put(kinds.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME } });
  user.put(kinds.secrets, {
    ...at('argo-rollouts-notification-secret'),
    kind: 'Secret',
    data: { 'slack-token': Buffer.from(token).toString('base64') },
  });
  user.put(kinds.configMaps, {
    ...at('argo-rollouts-notification-configmap'),
    kind: 'ConfigMap',
    data: { 'service.slack': `token: $slack-token\napiURL: ${apiUrl}\n` },
  });
}

/** The controller that users run, with its usual flags. What it warns of is written into the folder. */
async function production(folder: Folder, ends: Ends): Promise<Controller> {
  const settings = parseSettings(['--kubeconfig', folder.kubeconfig, '--namespace', HOME], {});
  const file = openSync(folder.log, 'a', 0o600);
  let isOpen = true;
  ends.add(async () => {
    isOpen = false;
    closeSync(file);
  });
  const log = tellTroubles((line) => {
    if (isOpen) writeSync(file, line);
  });
  return startController(await openSurroundings(settings), settings, log);
}

function letIn(proxy: MeshProxy, clock: Clock, ends: Ends) {
  return (people: Parameters<Stage['letIn']>[0]): Client => {
    const requests = { url: proxy.url, path: '/', headers: {}, deadlineMs: ANSWER_MS };
    const client = startClient({ ...requests, ...people, clock });
    ends.add(() => client.stop());
    return client;
  };
}
