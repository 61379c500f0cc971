import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Instant } from '../../core/time.ts';
import { kinds } from '../../sim/kinds.ts';
import { keyOf } from '../../sim/timeline/reading.ts';
import { imageOf } from '../../sim/traffic/application.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { sayBecause } from '../../view/words.ts';
import { Refusal } from '../refusal.ts';
import { apply } from './apply.ts';
import { approvalOf } from './approve.ts';
import { fitting } from './fitting.ts';
import { type Given, servedOf } from './given.ts';
import { grainFor, queriesIn } from './grain.ts';
import { visitOf } from './loads.ts';
import { type Made, neighboursOf } from './neighbours.ts';
import { playable } from './providers.ts';
import { ReleasePods } from './release-pods.ts';
import { Calm, Views, viewsOf } from './rest.ts';
import { type Scenario, USUAL_LATENCY_MS } from './scenario.ts';
import { Scraping } from './scraping.ts';
import { Stage } from './stage.ts';
import { completed, isWorkload } from './workload.ts';

/** What is simulated. */
export interface Plan {
  readonly given: Given;
  /** Rollouts, or workloads that they refer to, with their new version. */
  readonly releases: readonly Manifest[];
  readonly scenario: Scenario;
  readonly seed: string;
  /** Requests a second to each Rollout. */
  readonly perSecond: number;
  /** After how long somebody promotes a pause without a duration; null: nobody does. */
  readonly promoteAfterMs: number | null;
  readonly untilMs: number;
  readonly webAnswer: string;
  /** The user has had enough. */
  readonly ended: AbortSignal;
}

/** A simulation that is over, still to be told of. */
export interface Played {
  readonly stage: Stage;
  readonly scraping: Scraping;
  /** What was not given and had to be there. */
  readonly made: readonly Made[];
  /** When the new version was released, by the wall clock of the world. */
  readonly releasedAt: Instant;
  /** When the new version was released, and when the end came, on the monotonic clock of the world. */
  readonly releasedMs: number;
  readonly endMs: number;
  /** It had come to rest. */
  readonly isCalm: boolean;
  /** Hashes of the old versions, by `namespace/name`. */
  readonly before: ReadonlyMap<string, string>;
  /** Claims that a hash is of a version that was released, or of a copy of it. */
  readonly isNew: (hash: string) => boolean;
  readonly views: readonly RolloutView[];
  /** How often somebody promoted, by `namespace/name`. */
  readonly promotions: ReadonlyMap<string, number>;
}

/** First versions that are not healthy by then never will be. */
const LONGEST_START_MS = 3_600_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** So long before a release its old version has had traffic, at least. */
const WARM_MS = 5 * MINUTE_MS;

/**
 * Plays a release in a simulated cluster, until nothing happens any more. Throws a Refusal where the old
 * version does not even become healthy. The stage is the caller's to end.
 */
export async function play(plan: Plan, onStage: (stage: Stage) => void): Promise<Played> {
  const playing = new Playing(plan);
  onStage(playing.stage);
  await playing.begin();
  return playing.release();
}

function hasPods(object: Manifest): boolean {
  return object.kind === 'Rollout' || isWorkload(object);
}

class Playing {
  readonly stage: Stage;
  readonly #plan: Plan;
  readonly #made: Made[];
  readonly #scraping: Scraping;
  readonly #views: Views;
  readonly #calm: Calm;
  readonly #before = new Map<string, string>();
  readonly #pods = new ReleasePods(() => this.stage.world.api);
  readonly #promotions = new Map<string, number>();
  #releasedMs = Number.POSITIVE_INFINITY;
  #lookedMs = 0;

  constructor(plan: Plan) {
    const { given, scenario, seed, webAnswer } = plan;
    this.#plan = plan;
    this.#made = [...neighboursOf(given.rollouts, given.others)];
    this.#scraping = new Scraping(queriesIn(given.others), given.rollouts);
    this.stage = new Stage({
      seed,
      controllerNamespace: given.controllerNamespace,
      misfortune: (pod) => (this.#isNew(pod) ? scenario.misfortune : { kind: 'none' }),
      applicationOf: (pod) => this.#applicationOf(pod),
      relabel: (targets) => this.#scraping.relabel(this.stage.world.api, targets),
      webAnswer,
      aboutOf: (text) => this.#aboutOf(text),
    });
    const { api, clock } = this.stage.world;
    this.#views = new Views(api, clock);
    this.#calm = new Calm(this.#views, clock);
  }

  /** Brings the old version up, and users. */
  async begin(): Promise<void> {
    const { given, scenario } = this.#plan;
    const { clock } = this.stage.world;
    const everything = (): readonly Manifest[] => [
      ...given.others,
      ...this.#made.map(({ object }) => object),
    ];
    const visits = given.rollouts.map((rollout) => {
      const visit = visitOf(completed(rollout, given.others), everything());
      this.#made.push(...visit.made);
      return { rollout, request: visit.request };
    });
    const { controllerNamespace } = given;
    const { objects } = playable(everything());
    const fitted = [...objects, ...given.rollouts].map((one) => (hasPods(one) ? fitting(one) : one));
    apply(this.stage.world.api, fitted, [controllerNamespace]);
    this.stage.start();
    const isUp = await this.#pass(LONGEST_START_MS, () => this.#areHealthy());
    if (!isUp) throw new Refusal(this.#whyNotHealthy());
    await this.#pass(SECOND_MS - (clock.elapsed() % SECOND_MS), () => false);
    for (const rollout of given.rollouts)
      this.#before.set(keyOf(rollout), this.#status(rollout).stableRS ?? '');
    const perSecond = scenario.perSecond ?? this.#plan.perSecond;
    const loads = visits.map(({ rollout, request }) => ({
      name: keyOf(rollout),
      rate: { kind: 'constant', perSecond } as const,
      request,
    }));
    this.stage.visit(loads, grainFor(given));
    const noonMs = Math.ceil((clock.elapsed() + WARM_MS - MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
    await this.#pass(noonMs - clock.elapsed(), () => false);
  }

  async release(): Promise<Played> {
    const { releases, scenario, untilMs } = this.#plan;
    const { stage } = this;
    const { clock, user, api } = stage.world;
    const releasedMs = clock.elapsed();
    const releasedAt = clock.now();
    this.#releasedMs = releasedMs;
    stage.network.isPrometheusDown = scenario.isPrometheusDown;
    for (const object of releases) {
      const served = servedOf(api.catalog, object);
      if (served !== null) user.put(served.kind, fitting(object));
    }
    this.#calm.disturb();
    const isCalm = await this.#pass(untilMs, () => this.#isOver());
    return {
      stage,
      scraping: this.#scraping,
      made: this.#made,
      releasedAt,
      releasedMs,
      endMs: clock.elapsed(),
      isCalm,
      before: this.#before,
      isNew: (hash) => this.#pods.isNew(hash),
      views: viewsOf(api, clock.now()),
      promotions: this.#promotions,
    };
  }

  async #pass(forMs: number, isOver: () => boolean): Promise<boolean> {
    const { ended } = this.#plan;
    const isDone = await this.stage.pass(forMs, () => ended.aborted || isOver());
    if (ended.aborted) throw new Refusal('interrupted');
    return isDone;
  }

  #isOver(): boolean {
    const nowMs = this.stage.world.clock.elapsed();
    if (nowMs - this.#lookedMs >= SECOND_MS) {
      this.#lookedMs = nowMs;
      this.#promote();
    }
    return !this.#isAwaited() && this.#calm.isCalm();
  }

  /** Whether somebody will promote in a while. */
  #isAwaited(): boolean {
    return this.#plan.promoteAfterMs !== null && this.#waiting().length > 0;
  }

  /** Rollouts that wait for a person, at a pause step or at a gate, and since when. */
  #waiting(): readonly (RolloutView & { readonly sinceMs: number })[] {
    return this.#views.all.flatMap((view) => {
      const { reason } = view;
      const isPause = (reason.kind === 'pause' || reason.kind === 'preview') && reason.until === null;
      const isManual = isPause || (reason.kind === 'step' && reason.isManual);
      return isManual ? [{ ...view, sinceMs: reason.since }] : [];
    });
  }

  #promote(): void {
    const { promoteAfterMs } = this.#plan;
    if (promoteAfterMs === null) return;
    const { api, clock, user } = this.stage.world;
    for (const { namespace, name, sinceMs } of this.#waiting()) {
      if (clock.now() - sinceMs < promoteAfterMs) continue;
      const key = `${namespace}/${name}`;
      const stored = api.get(kinds.rollouts, { namespace, name }) as Rollout | null;
      const approval = stored === null ? null : approvalOf(stored);
      this.stage.timeline.deed(key, approval === null ? 'somebody promotes it' : 'people approve it');
      if (approval === null) user.act({ namespace, name }, { kind: 'promote', how: 'next' });
      else api.merge(kinds.rollouts, { namespace, name }, approval, { manager: 'kubectl' });
      this.#promotions.set(key, (this.#promotions.get(key) ?? 0) + 1);
      this.#calm.disturb();
    }
  }

  #areHealthy(): boolean {
    return this.#views.all.every(({ reason }) => reason.kind === 'healthy');
  }

  #whyNotHealthy(): string {
    const { api, clock } = this.stage.world;
    const [sick] = viewsOf(api, clock.now()).filter(({ reason }) => reason.kind !== 'healthy');
    if (sick === undefined) return 'the old version does not become healthy';
    const why = sayBecause(sick.reason, clock.now(), sick.step?.total ?? 0);
    return `the version of Rollout ${sick.namespace}/${sick.name} that was given does not become healthy: ${why}`;
  }

  #status(rollout: Manifest): NonNullable<Rollout['status']> {
    const { namespace = '', name } = rollout.metadata;
    const now = this.stage.world.api.get(kinds.rollouts, { namespace, name }) as Rollout | null;
    return now?.status ?? {};
  }

  /** Whether a pod is of the version that is released. */
  #isNew(pod: Pick<Manifest, 'metadata'>): boolean {
    if (this.#releasedMs === Number.POSITIVE_INFINITY) return false;
    return this.#pods.has(pod, new Set(this.#before.values()));
  }

  #applicationOf(pod: Manifest): ReturnType<ConstructorParameters<typeof Stage>[0]['applicationOf']> {
    const { errors, latencyMs } = this.#plan.scenario;
    const isNew = this.#isNew(pod);
    const isBad = isNew && this.stage.world.clock.elapsed() - this.#releasedMs >= errors.afterMs;
    return {
      version: imageOf(pod).replace(/^.*:/, ''),
      errorRate: isBad ? errors.rate : 0,
      latencyMs: isNew ? latencyMs : USUAL_LATENCY_MS,
      mostPerSecond: Number.POSITIVE_INFINITY,
      slowStartMs: 0,
    };
  }

  #aboutOf(text: string): string {
    const { rollouts } = this.#plan.given;
    const named = rollouts.find(({ metadata: { name } }) => text.includes(name));
    const [first] = rollouts;
    const about = named ?? first;
    return about === undefined ? '' : keyOf(about);
  }
}
