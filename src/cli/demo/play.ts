import type { Rollout } from '../../api/rollout.ts';
import { type Clock, sleep } from '../../shell/clock.ts';
import { imagesIn } from '../../view/images.ts';
import { clientPhase } from '../../view/phase.ts';
import { viewOf } from '../../view/rollout-view.ts';
import { isPromoted } from '../../view/weight.ts';
import { sayBecause } from '../../view/words.ts';
import { Refusal } from '../refusal.ts';
import type { Act, Beat, Outcome } from './acts.ts';
import type { History } from './history.ts';
import type { Line } from './line.ts';
import { manifests, type Release, type Setting, tagOf } from './manifests.ts';
import { APP, NAMESPACE } from './names.ts';
import { partsIn } from './parts.ts';
import type { Posted } from './slack.ts';
import type { Stage } from './stage.ts';

/** What acts are played with. */
export interface Players {
  readonly stage: Stage;
  readonly setting: Setting;
  readonly clock: Clock;
  readonly history: History;
  /** What Slack got until now. */
  readonly posts: readonly Posted[];
  readonly tell: (line: Line) => void;
  /** Told once, when there is a first commit: from now on the repository is followed. */
  readonly onFirstCommit: () => Promise<void>;
  /** Told when users may come. */
  readonly onFirstVersion: () => void;
  /** Ends it all, at any moment. */
  readonly signal: AbortSignal;
}

/** How often it is looked whether something holds. */
const LOOK_MS = 50;

/** Somebody has had enough. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Plays acts, one beat after the other. Throws a Refusal where something does not come about in time, and
 * Interrupted when the signal aborts.
 */
export async function play(acts: readonly Act[], players: Players): Promise<void> {
  const playing = new Playing(players);
  for (const { title, beats } of acts) {
    players.tell({ who: 'demo', text: title, look: 'title' });
    for (const beat of beats) await playing.beat(beat);
  }
}

class Playing {
  readonly #players: Players;
  /** What was committed, and before it what was promoted last. */
  #release: Release = { tag: '', readyAfterSeconds: 0 };
  #good: Release | null = null;
  #count = 0;
  #message = '';
  /** How many messages Slack had before the last commit. */
  #posts = 0;

  constructor(players: Players) {
    this.#players = players;
  }

  async beat(beat: Beat): Promise<void> {
    const { stage, setting, history, tell } = this.#players;
    switch (beat.kind) {
      case 'release':
        this.#count += 1;
        return this.#commit(this.#next(beat), beat.message);
      case 'revert':
        return this.#commit(this.#good ?? this.#release, `Revert "${this.#message}"`);
      case 'outcome':
        return this.#outcome(beat.is, beat.withinSeconds);
      case 'canary':
        return this.#until('the canary gets traffic', beat.withinSeconds, () => this.#weight() > 0);
      case 'slack':
        return this.#until(`Slack is told that it ${beat.words}`, beat.withinSeconds, () =>
          this.#players.posts.slice(this.#posts).some(({ title }) => title.includes(beat.words)),
        );
      case 'metrics':
        stage.prometheus.setUp(beat.isUp);
        tell({ who: 'demo', text: `Prometheus is ${beat.isUp ? 'up again' : 'down'}`, look: 'warning' });
        return;
      case 'retry':
        tell({ who: 'you', text: `kubectl sluice retry rollout ${APP}`, look: null });
        history.retried();
        stage.world.user.act({ namespace: NAMESPACE, name: APP }, { kind: 'retry' });
        return;
      case 'look':
        return this.#wait(setting.pace.lookSeconds * 1000);
      default:
        return beat satisfies never;
    }
  }
  #next({ suffix, isSlow }: Extract<Beat, { readonly kind: 'release' }>): Release {
    const { slowPodSeconds } = this.#players.setting.pace;
    return { tag: `${this.#count}${suffix}`, readyAfterSeconds: isSlow ? slowPodSeconds : 0 };
  }

  async #commit(release: Release, message: string): Promise<void> {
    const { stage, setting, history, posts, tell, onFirstCommit } = this.#players;
    this.#posts = posts.length;
    history.committed(release.tag, message);
    const hash = await stage.workshop.commit(manifests(release, setting), message);
    tell({ who: 'git', text: `${hash.slice(0, 7)} "${message}": ${APP}:${release.tag}`, look: null });
    if (this.#message === '') await onFirstCommit();
    this.#release = release;
    this.#message = message;
  }

  async #outcome(is: Outcome, withinSeconds: number): Promise<void> {
    const { history, onFirstVersion } = this.#players;
    await this.#until(`the release is ${is}`, withinSeconds, () => this.#has(is));
    history.ended(is);
    if (is !== 'promoted') return;
    if (this.#good === null) onFirstVersion();
    this.#good = this.#release;
  }

  #has(outcome: Outcome): boolean {
    const rollout = this.#rollout();
    if (rollout === null) return false;
    const [image = ''] = imagesIn(rollout.spec.template);
    if (tagOf(image) !== this.#release.tag) return false;
    const { phase } = clientPhase(rollout);
    return outcome === 'promoted'
      ? phase === 'Healthy' && isPromoted(rollout.status ?? {})
      : phase === 'Degraded' && rollout.status?.abort === true && this.#weight() === 0;
  }

  #weight(): number {
    return this.#rollout()?.status?.canary?.weights?.canary.weight ?? 0;
  }

  #rollout(): Rollout | null {
    return partsIn(this.#players.stage.world.api)?.rollout ?? null;
  }

  async #until(what: string, withinSeconds: number, holds: () => boolean): Promise<void> {
    const { clock } = this.#players;
    const giveUpMs = clock.elapsed() + withinSeconds * 1000;
    while (!holds()) {
      if (clock.elapsed() > giveUpMs)
        throw new Refusal(`it did not happen within ${withinSeconds} s that ${what}: ${this.#state()}`);
      await this.#wait(LOOK_MS);
    }
  }

  #state(): string {
    const parts = partsIn(this.#players.stage.world.api);
    if (parts === null) return 'there is no rollout yet';
    const now = this.#players.clock.now();
    const view = viewOf(parts, now);
    return `the rollout is ${view.phase}, ${sayBecause(view.reason, now, view.step?.total ?? 0)}`;
  }

  async #wait(ms: number): Promise<void> {
    const { clock, signal } = this.#players;
    if (!(await sleep(clock, ms, signal))) throw new Interrupted('interrupted');
  }
}
