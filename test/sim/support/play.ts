import { isDeepStrictEqual } from 'node:util';
import { LABEL } from '../../../src/api/keys.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../src/api/workload.ts';
import { startInside } from '../../../src/cli/simulate/controller.ts';
import type { Kind } from '../../../src/sim/api-server/api.ts';
import type { ApiRequest } from '../../../src/sim/api-server/http.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { PlannedWeather, type Strike } from '../../../src/sim/faults.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { Misfortune } from '../../../src/sim/kubelet/misfortune.ts';
import type { Process, Site } from '../../../src/sim/process.ts';
import { Random } from '../../../src/sim/random.ts';
import type { StepReport } from '../../../src/sim/traffic/ledger.ts';
import type { Deed } from '../../../src/sim/user.ts';
import { siteOf, startVisitors, type Visitors } from '../../../src/sim/visitors.ts';
import type { Weather } from '../../../src/sim/wire.ts';
import { BEGINNING_MS, loadAhead, World } from '../../../src/sim/world.ts';
import { manifestsOf, NAMESPACE, PROMETHEUS, strategyOf } from './applications.ts';
import { STORM_MS } from './draw/storm.ts';
import { failedExperiment, restlessExperiments } from './laws/experiments.ts';
import type { Broken, Law } from './laws/law.ts';
import { leftBy } from './laws/left.ts';
import { canaryWeight, ownedBy, presentApp, selectedBy } from './reading.ts';
import type { App, Script, Step, Trouble } from './script.ts';
import { Witness } from './witness.ts';

/** What came of a script. */
export interface Played {
  readonly broken: readonly Broken[];
  /** Which faults struck what, and in which state the rollouts were. */
  readonly strikes: readonly (Strike & { readonly state: string })[];
  /** Requests of all controllers to the API server. */
  readonly requests: number;
  /** Writes among them that can be struck, up to the clearing. */
  readonly writes: number;
  /** How long the simulated life was. */
  readonly virtualMs: number;
}

/** Nothing is written for longer than the longest deadline: nothing will be. */
const CALM_MS = 150_000;
const LONGEST_MS = 7_200_000;
/** The Lease of the one before runs out, and every object is looked at. */
const BEGIN_ANEW_MS = 40_000;
/** Who asks more often than this is in a circle, and would be for hours. */
const MOST_REQUESTS = 20_000;

/**
 * Plays a script: a storm, in which safety must hold, and then fair weather, in which all must come to its end.
 * Ends early where a law is broken that `isEnough` says is the one looked for.
 */
export async function play(
  script: Script,
  onWorld: (world: World<VirtualClock>) => void = () => {},
  isEnough: (law: Law) => boolean = () => false,
): Promise<Played> {
  await loadAhead();
  const life = new Playing(script, isEnough);
  onWorld(life.world);
  try {
    await life.storm();
    await life.clearing();
    return life.played();
  } catch (error) {
    if (error instanceof Enough) return life.played();
    throw error;
  } finally {
    await life.end();
  }
}

/** Thrown where nothing more is to be seen of a life. */
class Enough extends Error {}

/** Of a controller: whether it works beside others without asking, and whether it is begun again. */
interface Role {
  readonly isSecond: boolean;
  readonly isMain: boolean;
}

class Playing {
  readonly #script: Script;
  readonly world: World<VirtualClock>;
  readonly #witness: Witness;
  readonly #weather: PlannedWeather;
  readonly #random: Random;
  readonly #strikes: (Strike & { readonly state: string })[] = [];
  readonly #processes = new Set<Process>();
  readonly #visitors: Visitors | null;
  #main: Process | null = null;
  #started = 0;
  #requests = 0;
  #writes = 0;
  /** What only the leader may write, while somebody listens. */
  #works: string[] | null = null;
  #lastWriteMs = 0;
  #lastWrite = '';
  #isStormy = true;
  readonly #isEnough: (law: Law) => boolean;

  constructor(script: Script, isEnough: (law: Law) => boolean) {
    this.#script = script;
    this.#isEnough = isEnough;
    this.#random = new Random(`play/${script.seed}`);
    this.world = new World({
      clock: new VirtualClock(BEGINNING_MS),
      seed: script.seed,
      misfortune: () => this.#misfortune(),
    });
    const { api, clock } = this.world;
    this.#witness = new Witness(script, api, clock);
    this.#weather = new PlannedWeather(script.faults, (strike) =>
      this.#strikes.push({ ...strike, state: this.#state() }),
    );
    api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
    this.#visitors = this.#visit(script.apps.filter(({ rate }) => rate > 0));
  }

  async storm(): Promise<void> {
    const { clock } = this.world;
    for (const app of this.#script.apps) this.#put(app, '1');
    for (const { atMs, app, deed } of this.#script.deeds) clock.after(atMs, () => this.#act(app, deed));
    for (const trouble of this.#script.troubles) clock.after(trouble.atMs, () => this.#strike(trouble));
    this.#start();
    await this.#run(STORM_MS + 5_000, () => this.#requests > MOST_REQUESTS);
  }

  /** All is well again: it must come to rest, and then a last good release must arrive. */
  async clearing(): Promise<void> {
    this.#isStormy = false;
    this.#writes = this.#weather.writes;
    this.#weather.heal();
    for (const process of this.#processes) if (process !== this.#main) this.#kill(process);
    await this.#judgeDone();
    this.#replaceBadPods();
    this.world.api.restart();
    await this.#rest('after the storm');
    for (const app of this.#script.apps) this.#judgeFailed(app);
    await this.#judgeAbort();
    for (const { name } of this.#script.apps) this.#act(name, { kind: 'promote', how: 'full' });
    await this.#rest('after the last release');
    for (const app of this.#script.apps) this.#judgeEnd(app);
    await this.#judgeGone();
  }

  /**
   * Who has nothing more to do begins anew: what it does now was left undone, or is done twice. A watch that has
   * lost an event knows no better until it is listed again.
   */
  async #judgeDone(): Promise<void> {
    const { clock } = this.world;
    if (this.#script.faults.some(({ kind }) => kind === 'missed')) return;
    if (!(await this.#isAtRest())) return;
    const works: string[] = [];
    this.#works = works;
    if (this.#main !== null) this.#died(this.#main);
    await this.#run(clock.elapsed() + BEGIN_ANEW_MS);
    this.#works = null;
    const [first] = works;
    if (first !== undefined) this.#witness.tell('done', `a controller that begins anew writes ${first}`);
  }

  /** Everything is deleted in the middle of another release. */
  async #judgeGone(): Promise<void> {
    const { clock, api } = this.world;
    const { apps } = this.#script;
    for (const app of apps) this.#put(app, '10');
    await this.#run(clock.elapsed() + 20_000);
    for (const { name } of apps) this.#act(name, { kind: 'delete' });
    await this.#rest('after the deletion');
    for (const app of apps)
      for (const left of leftBy(api, app))
        this.#witness.tell('left', `${app.name} is gone, and left ${left}`);
  }

  /** A release of which an analysis has failed is given up, unless a person wants it all the same. */
  #judgeFailed(app: App): void {
    const { name } = app;
    const { spec, status = {} } = this.#rollout(name) ?? {};
    const { canary, blueGreen, abort, promoteFull, stableRS, currentPodHash } = status;
    const verdicts = [
      canary?.currentStepAnalysisRunStatus,
      canary?.currentBackgroundAnalysisRunStatus,
      blueGreen?.prePromotionAnalysisRunStatus,
      blueGreen?.postPromotionAnalysisRunStatus,
    ];
    const failed = verdicts.find((verdict) => verdict?.status === 'Failed' || verdict?.status === 'Error');
    const isOver = stableRS === undefined || stableRS === currentPodHash || promoteFull === true;
    if (failed !== undefined && !isOver && abort !== true)
      this.#witness.tell('verdicts', `${name} goes on, and ${failed.name} is ${failed.status}`);
    const experiment = failedExperiment(this.world.api, app, status);
    if (experiment !== null && !isOver && abort !== true)
      this.#witness.tell('verdicts', `${name} goes on, and ${experiment}`);
    const active = selectedBy(this.world.api, `${name}-stable`);
    // Without a hash it is as its user applied it, and what nobody serves takes nothing back.
    const isBack = active === undefined || active === stableRS || this.#available(name, stableRS ?? '') === 0;
    // A status has a part about blue-green whatever the strategy is.
    if (spec?.strategy?.blueGreen !== undefined && abort === true && !isOver && !isBack)
      this.#witness.tell('heard', `${name} is aborted, and its users see ${active}`);
  }

  #available(name: string, hash: string): number {
    const labels = { app: name, [LABEL.podTemplateHash]: hash };
    const sets = this.world.api.list(kinds.replicaSets, { namespace: NAMESPACE, labels });
    const [set] = sets as readonly Manifest[] as readonly ReplicaSet[];
    return set?.status?.availableReplicas ?? 0;
  }

  /** The last release is aborted, and begun again. */
  async #judgeAbort(): Promise<void> {
    const { clock } = this.world;
    const { apps } = this.#script;
    await this.#putLast();
    await this.#run(clock.elapsed() + 20_000);
    for (const { name } of apps) this.#act(name, { kind: 'abort' });
    await this.#rest('after the abort');
    for (const app of apps) this.#judgeAborted(app);
    const abortedAt = (name: string) => this.#rollout(name)?.status?.abortedAt;
    const before = new Map(apps.map(({ name }) => [name, abortedAt(name)]));
    for (const { name } of apps) this.#act(name, { kind: 'retry' });
    await this.#run(clock.elapsed() + 60_000);
    // What has failed once more by then has been tried.
    for (const { name, steps } of apps) {
      const isAsBefore = abortedAt(name) !== undefined && abortedAt(name) === before.get(name);
      if (isAsBefore && !steps.some(isShutForGood)) this.#witness.tell('heard', `${name} is not tried again`);
    }
  }

  /** What still waited for a good version of its Deployment in order to go goes now, and is made anew. */
  async #putLast(): Promise<void> {
    const { apps } = this.#script;
    for (const app of apps) this.#put(app, '9');
    const going = apps.filter(({ name }) => this.#rollout(name)?.metadata.deletionTimestamp !== undefined);
    if (going.length === 0) return;
    await this.#rest('after a deletion');
    for (const app of going) this.#put(app, '9');
  }

  /** What was promoted before it could be aborted has nothing to go back to. */
  #judgeAborted(drawn: App): void {
    const { api } = this.world;
    const rollout = this.#rollout(drawn.name);
    const { abort, abortedAt, stableRS, phase } = rollout?.status ?? {};
    if (rollout === null || abort !== true) return;
    const app = presentApp(drawn, rollout);
    const { replicas = 1 } = rollout.spec;
    const tell = (what: string) => this.#witness.tell('heard', `${app.name} is aborted, ${what}`);
    if (abortedAt === undefined || phase !== 'Degraded') tell(`and does not say so: it is ${phase}`);
    const sets = ownedBy(api, kinds.replicaSets, rollout) as readonly Manifest[] as readonly ReplicaSet[];
    const stable = sets.find(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === stableRS);
    const most = mostAfterAbort(app, replicas, stable?.status?.availableReplicas ?? 0);
    if (app.routing !== 'none' && canaryWeight(api, app) > most)
      tell(`the canary keeps ${canaryWeight(api, app)} %`);
    if ((stable?.spec.replicas ?? 1) < replicas)
      tell(`stable has ${stable?.spec.replicas} of ${replicas} pods`);
    // What never got ready, as a version without an image, cannot take anything back.
    if ((stable?.status?.availableReplicas ?? 0) < replicas) return;
    const active = selectedBy(api, `${app.name}-stable`);
    if (app.blueGreen !== undefined && active !== stableRS) tell(`the active Service selects ${active}`);
    const isKept = { ...app.canary, ...app.blueGreen }['abortScaleDownDelaySeconds'] === 0;
    const left = sets.filter((set) => set !== stable && (set.spec.replicas ?? 1) > 0);
    if (!isKept && left.length > 0) tell(`${left[0]?.metadata.name} keeps ${left[0]?.spec.replicas} pods`);
    for (const what of restlessExperiments(api, app)) tell(what);
  }

  played(): Played {
    const virtualMs = this.world.clock.elapsed();
    return {
      broken: this.#witness.broken,
      strikes: this.#strikes,
      requests: this.#requests,
      writes: this.#writes,
      virtualMs,
    };
  }

  async end(): Promise<void> {
    for (const process of this.#processes) process.kill();
    this.#visitors?.stop();
    await this.world.stop();
  }

  /** Who asks for nothing leaves no metrics: then there is nothing to simulate. */
  #visit(apps: readonly App[]): Visitors | null {
    const { clock, sites } = this.world;
    const loads = apps.map(({ name, routing, rate }) => ({
      name,
      rate: { kind: 'constant' as const, perSecond: rate },
      request: { host: hostOf(name, routing), path: '/', method: 'GET', headers: {} },
    }));
    const onStep = (report: StepReport) => this.#witness.served(report);
    const visitors = loads.length === 0 ? null : startVisitors(this.world, { loads, onStep });
    const site = visitors === null ? NO_METRICS : siteOf(visitors.prometheus, () => clock.now());
    sites.set(PROMETHEUS, (request) => (this.#isTrouble('metrics-down') ? null : site(request)));
    return visitors;
  }

  #put(app: App, tag: string): void {
    this.#witness.asUser(() => {
      for (const [kind, manifest] of manifestsOf(app, tag)) this.#apply(app, kind, manifest);
      this.world.user.act({ namespace: NAMESPACE, name: app.name }, { kind: 'resume' });
    });
  }

  /** What is there already is only given its image and size, as by somebody who edits the manifest. */
  #apply(app: App, kind: Kind, manifest: Manifest): void {
    const { name } = manifest.metadata;
    const { user, api } = this.world;
    const isThere = api.get(kind, { namespace: NAMESPACE, name }) !== null;
    if (!isThere) user.put(kind, manifest);
    else if (kind === kinds.rollouts) {
      const { replicas, ...spec } = manifest['spec'] as { readonly replicas: number };
      const size = app.autoscaler === undefined ? { replicas } : {};
      user.put(kind, { ...manifest, spec: { ...spec, ...size, strategy: strategyOf(app) } });
    } else if (kind === kinds.deployments) {
      const { replicas: _, ...spec } = manifest['spec'] as { readonly replicas: number };
      user.put(kind, { ...manifest, spec });
    }
  }

  #act(app: string, deed: Deed): void {
    if (deed.kind === 'promote' || deed.kind === 'approve') this.#witness.skipped(app, deed.kind);
    this.#witness.asUser(() => this.world.user.act({ namespace: NAMESPACE, name: app }, deed));
  }

  #start(options: Role = { isSecond: false, isMain: true }): Process {
    const name = `sluice-${this.#started++}`;
    const process = this.world.process(name, this.#counted(name, options.isSecond), () =>
      this.#died(process),
    );
    const controller = startInside(process, { leaderElect: !options.isSecond }, (line) => this.#hear(line));
    void controller.lost.then(() => this.#died(process));
    this.#processes.add(process);
    if (options.isMain) this.#main = process;
    return process;
  }

  #died(process: Process): void {
    this.#kill(process);
    if (process !== this.#main) return;
    this.world.clock.after(this.#random.int(500, 5_000), () => this.#start());
  }

  #kill(process: Process): void {
    process.kill();
    this.#processes.delete(process);
  }

  /** Who a request is from is known only here, on its way. */
  #counted(name: string, isSecond: boolean): Weather {
    const weather = this.#weather;
    return {
      request: (request) => {
        this.#requests++;
        if (isWork(request)) this.#works?.push(wordsOf(request));
        if (!isSecond && isWork(request)) this.#judgeWriter(name, request);
        const evicted = /\/pods\/([^/]+)\/eviction/.exec(request.path)?.[1];
        if (evicted !== undefined) this.#witness.evicts(evicted);
        if (request.method !== 'GET' && !request.path.includes('/leases')) {
          this.#lastWriteMs = this.world.clock.elapsed();
          this.#lastWrite = wordsOf(request);
        }
        return weather.request(request);
      },
      line: (request, line) => weather.line(request, line),
    };
  }

  /** An Election tells of the Lease a moment after the other side knows it; the Lease itself says who leads. */
  #judgeWriter(name: string, { method, path }: ApiRequest): void {
    const { api } = this.world;
    const [lease] = api.list(kinds.leases, { namespace: 'sluice' });
    const { holderIdentity = '' } = (lease?.['spec'] ?? {}) as { readonly holderIdentity?: string };
    if (holderIdentity !== name)
      this.#witness.tell('lease', `${name} sends ${method} ${path}, ${holderIdentity} leads`);
  }

  #hear(line: string): void {
    if (line.includes('breaks a law')) this.#witness.tell('plan', line);
  }

  #misfortune(): Misfortune {
    if (this.#isTrouble('no-starts')) return { kind: 'stuck' };
    if (this.#isTrouble('flap')) return { kind: 'flaps', upMs: 4_000, downMs: 2_000 };
    return { kind: 'none' };
  }

  #isTrouble(kind: 'metrics-down' | 'no-starts' | 'flap'): boolean {
    const now = this.world.clock.elapsed();
    return (
      this.#isStormy &&
      this.#script.troubles.some(
        (trouble) => trouble.kind === kind && trouble.atMs <= now && now < trouble.atMs + trouble.forMs,
      )
    );
  }

  #strike(trouble: Trouble): void {
    const { api, clock } = this.world;
    switch (trouble.kind) {
      case 'api-restart':
        api.restart();
        return;
      case 'compact':
        api.compact(Number.POSITIVE_INFINITY);
        return;
      case 'clock-jump':
        clock.jump(trouble.byMs);
        return;
      case 'asleep':
        this.#main?.life.sleep(trouble.forMs);
        return;
      case 'second': {
        const second = this.#start({ isSecond: true, isMain: false });
        clock.after(trouble.forMs, () => this.#kill(second));
        return;
      }
      case 'standby':
        this.#start({ isSecond: false, isMain: false });
        return;
      case 'annotate':
        this.#annotate();
        return;
      case 'kill':
        if (this.#main !== null) this.#died(this.#main);
        return;
      case 'metrics-down':
      case 'no-starts':
      case 'flap':
        return;
      default:
        trouble satisfies never;
    }
  }

  #annotate(): void {
    const { api } = this.world;
    const patch = { metadata: { annotations: { 'example.com/note': 'ours' }, labels: { team: 'a' } } };
    this.#witness.asUser(() => {
      for (const kind of [kinds.services, kinds.ingresses, kinds.httpRoutes])
        for (const { metadata } of api.list(kind, { namespace: NAMESPACE }))
          api.merge(kind, { namespace: NAMESPACE, name: metadata.name }, patch, { manager: 'other' });
    });
  }

  /** What never gets ready by itself is thrown away, as its user would do. */
  #replaceBadPods(): void {
    const { api } = this.world;
    for (const { metadata } of api.list(kinds.pods, { namespace: NAMESPACE }))
      api.delete(kinds.pods, { namespace: NAMESPACE, name: metadata.name });
  }

  async #rest(when: string): Promise<void> {
    if (await this.#isAtRest()) return;
    this.#witness.tell('calm', `${when} something is written again and again, at last ${this.#lastWrite}`);
  }

  /** Whether there comes a time in which nothing is written for long. */
  async #isAtRest(): Promise<boolean> {
    const { clock } = this.world;
    this.#lastWriteMs = clock.elapsed();
    const most = this.#requests + MOST_REQUESTS;
    const isCalm = (): boolean => clock.elapsed() - this.#lastWriteMs > CALM_MS;
    const isOver = (): boolean => isCalm() || this.#requests > most;
    return (await this.#run(clock.elapsed() + LONGEST_MS, isOver)) && isCalm();
  }

  /** Says whether it was over before its time. */
  async #run(toMs: number, isOver: () => boolean = () => false): Promise<boolean> {
    const { broken } = this.#witness;
    const isFound = (): boolean => broken.some(({ law }) => this.#isEnough(law));
    const wasOver = await this.world.clock.run(toMs, () => isOver() || isFound());
    if (isFound()) throw new Enough();
    return wasOver;
  }

  #state(): string {
    return this.#script.apps.map(({ name }) => stateOf(this.#rollout(name))).join(' & ');
  }

  #rollout(name: string): (Manifest & Rollout) | null {
    return this.world.api.get(kinds.rollouts, { namespace: NAMESPACE, name }) as (Manifest & Rollout) | null;
  }

  /** Pods that are stable show that they are, and nothing of what they were before. */
  #judgeMetadata({ name, canary, blueGreen = {} }: App, hash: string): void {
    const metadata = blueGreen['activeMetadata'] ?? canary['stableMetadata'];
    const role = (metadata as { readonly labels?: { readonly role?: string } } | undefined)?.labels?.role;
    const labels = { app: name, [LABEL.podTemplateHash]: hash };
    for (const pod of this.world.api.list(kinds.pods, { namespace: NAMESPACE, labels })) {
      const found = pod.metadata.labels?.['role'];
      if (found !== role && pod.metadata.deletionTimestamp === undefined)
        this.#witness.tell('converges', `${pod.metadata.name} has role ${found}, not ${role}`);
    }
  }

  #judgeEnd(app: App): void {
    const { api } = this.world;
    const rollout = this.#rollout(app.name);
    const { phase, message, stableRS, observedGeneration } = rollout?.status ?? {};
    const tell = (what: string) => this.#witness.tell('converges', `${app.name}: ${what}`);
    if (rollout === null || phase !== 'Healthy') {
      tell(`in the end it is ${phase}: ${message}`);
      return;
    }
    if (String(rollout.metadata.generation) !== observedGeneration) tell('its status is about an older spec');
    for (const what of restlessExperiments(api, app)) tell(what);
    const sets = ownedBy(api, kinds.replicaSets, rollout) as readonly Manifest[] as readonly ReplicaSet[];
    const sizes = sets.map(({ metadata, spec, status }) => {
      const isStable = metadata.labels?.[LABEL.podTemplateHash] === stableRS;
      return [isStable, spec.replicas ?? 1, status?.availableReplicas ?? 0] as const;
    });
    const { replicas = 1 } = rollout.spec;
    const wanted = sizes.map(([isStable]) => (isStable ? replicas : 0));
    if (
      !isDeepStrictEqual(
        sizes.map(([, size]) => size),
        wanted,
      ) ||
      !isDeepStrictEqual(
        sizes.map(([, , ready]) => ready),
        wanted,
      )
    )
      tell(`its ReplicaSets are ${JSON.stringify(sizes)}`);
    if (app.routing !== 'none' && canaryWeight(api, app) !== 0)
      tell(`the canary keeps ${canaryWeight(api, app)} %`);
    const active = selectedBy(api, `${app.name}-stable`);
    if (app.blueGreen !== undefined && active !== stableRS) tell(`the active Service selects ${active}`);
    this.#judgeMetadata(app, stableRS ?? '');
    const workload = api.get(kinds.deployments, { namespace: NAMESPACE, name: app.name });
    const { replicas: kept } = (workload?.['spec'] ?? {}) as { readonly replicas?: number };
    const isGiven = app.workload !== undefined && app.workload !== 'never' && replicas > 0;
    if (isGiven && kept !== 0) tell(`its Deployment keeps ${kept} pods`);
  }
}

/**
 * The weight in percent that an aborted canary may keep for good. A stable version that shrinks with its weight
 * takes back what its available pods carry, and one that never serves takes nothing.
 */
function mostAfterAbort({ canary }: App, replicas: number, available: number): number {
  if (canary['dynamicStableScale'] !== true || replicas === 0) return 0;
  return Math.max(0, Math.ceil(100 - (100 * available) / replicas));
}

/** Whether a step gives up by itself where nobody comes. */
function isShutForGood(step: Step): boolean {
  return 'plugin' in step && JSON.stringify(step.plugin.config).includes('"onTimeout":"abort"');
}

/** Whether it is a write that only the leader may make; Events are a courtesy. */
function isWork({ method, path }: ApiRequest): boolean {
  return method !== 'GET' && !/\/(leases|events)(\/|\?|$)/.test(path);
}

function wordsOf({ method, path, body }: ApiRequest): string {
  return `${method} ${path} ${body}`.slice(0, 300);
}

/** A Prometheus that knows nothing. */
const NO_METRICS: Site = () => {
  const body = { status: 'success', data: { resultType: 'vector', result: [] } };
  return { status: 200, body: JSON.stringify(body) };
};

/** The state of a rollout in a few words, for the table of what the faults have hit. */
function stateOf(rollout: Rollout | null): string {
  if (rollout?.status === undefined) return rollout === null ? 'gone' : 'new';
  const { status } = rollout;
  if (status.abort === true) return 'aborted';
  if (status.promoteFull === true) return 'promoting in full';
  const step = rollout.spec.strategy?.canary?.steps?.[status.currentStepIndex ?? 0];
  const at =
    status.currentPodHash === status.stableRS ? 'stable' : `at ${Object.keys(step ?? { end: 0 })[0]}`;
  return `${status.phase ?? ''} ${at}`;
}

/** Behind a router an application has a name of its own, else that of a Service. */
function hostOf(name: string, routing: App['routing']): string {
  if (routing === 'none') return `${name}-stable.${NAMESPACE}`;
  return `${name}.example.com`;
}
