import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import { Calm, Views, viewsOf } from '../../../src/cli/simulate/rest.ts';
import { FINE, Stage } from '../../../src/cli/simulate/stage.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { ofRollout } from '../../../src/sim/timeline/reading.ts';
import { grouped, type Line, sayEntry } from '../../../src/sim/timeline/words.ts';
import { vote, waitingGate } from '../../../src/view/gates.ts';
import { ICONS } from '../../../src/view/look.ts';
import { undoTarget, userTemplate } from '../../../src/view/undo.ts';
import { sayFirst } from '../../../src/view/words.ts';
import { Behaviours } from './behaviours.ts';
import {
  capacityOf,
  hostOf,
  manifestsOf,
  NAMESPACE,
  stepsOf,
  strategyOf,
  TEMPLATES,
  testersOf,
} from './manifests.ts';
import { type Deed, durationOf, type Story } from './story.ts';

const DAY_MS = 86_400_000;
/** Before a story begins its first versions come up, and then get traffic for a while. It begins at noon. */
const WARM_MS = { pods: 240_000, traffic: 60_000 };

/** Plays a story and tells what happened, a line each. */
export async function play(story: Story): Promise<readonly string[]> {
  const playing = new Playing(story);
  try {
    return await playing.play();
  } finally {
    await playing.end();
  }
}

function load(people: { readonly name: string; readonly host: string; readonly perSecond: number }) {
  const { name, host, perSecond } = people;
  const request = { host, path: '/', method: 'GET', headers: {} };
  return { name, rate: { kind: 'constant', perSecond } as const, request };
}

class Playing {
  readonly #story: Story;
  readonly #behaviours = new Behaviours();
  readonly #stage: Stage;
  readonly #calm: Calm;
  #startMs = 0;
  #done = 0;
  /** What will happen to the world by itself. */
  #awaited = 0;

  constructor(story: Story) {
    this.#story = story;
    this.#stage = new Stage({
      seed: 'story',
      controllerNamespace: 'sluice',
      misfortune: (pod) => this.#behaviours.misfortuneOf(pod),
      applicationOf: (pod) => this.#behaviours.applicationOf(pod),
      // Where nobody asks Prometheus nothing needs to be kept.
      relabel: (targets) => (/\b(analysis|background|by|experiment) /.test(story.script) ? targets : []),
      webAnswer: '{}',
      aboutOf: () => this.#key(null),
    });
    const { api, clock } = this.#stage.world;
    this.#calm = new Calm(new Views(api, clock), clock);
  }

  async play(): Promise<readonly string[]> {
    const stage = this.#stage;
    const { api, user, clock } = stage.world;
    api.create(kinds.namespaces, { metadata: { name: 'sluice' } }, { manager: 'kubectl' });
    for (const template of TEMPLATES) user.put(kinds.analysisTemplates, template);
    for (const line of this.#story.rollouts) {
      const capacity = capacityOf(line);
      if (capacity !== null) this.#behaviours.carry(line.name, capacity);
      for (const [kind, manifest] of manifestsOf(line)) user.put(kind, manifest);
    }
    const { perSecond } = this.#story;
    const loads = this.#story.rollouts.flatMap((line) => {
      const users = { name: line.name, host: hostOf(line), perSecond };
      const testers = testersOf(line);
      return [users, ...(testers === null ? [] : [{ name: `${line.name}-testers`, ...testers }])].map(load);
    });
    stage.start();
    await stage.pass(WARM_MS.pods);
    if (perSecond > 0) stage.visit(loads, FINE);
    await stage.pass(WARM_MS.traffic);
    this.#startMs = clock.elapsed();
    for (const deed of this.#story.deeds) clock.after(deed.atMs, () => this.#do(deed));
    const { untilMs } = this.#story;
    if (untilMs !== null) await stage.pass(untilMs);
    else if (!(await stage.pass(DAY_MS, () => this.#isOver()))) throw new Error('it never comes to rest');
    return this.#tell();
  }

  async end(): Promise<void> {
    await this.#stage.end();
  }

  #isOver(): boolean {
    return this.#done === this.#story.deeds.length && this.#awaited === 0 && this.#calm.isCalm();
  }

  #key(name: string | null): string {
    return `${NAMESPACE}/${name ?? this.#story.rollouts[0]?.name ?? ''}`;
  }

  #do(deed: Deed): void {
    const name = deed.name ?? this.#story.rollouts[0]?.name ?? '';
    this.#stage.timeline.deed(this.#key(name), deed.words.join(' '));
    if (!this.#act(name, deed.words))
      throw new SyntaxError(`cannot be done at this time: ${deed.words.join(' ')}`);
    this.#done++;
    this.#calm.disturb();
  }

  #act(name: string, words: readonly string[]): boolean {
    const { user } = this.#stage.world;
    const place = { namespace: NAMESPACE, name };
    const [verb = '', object = '', ...rest] = words;
    switch (words.join(' ')) {
      case 'promote':
        return user.act(place, { kind: 'promote', how: 'next' });
      case 'promote full':
        return user.act(place, { kind: 'promote', how: 'full' });
      case 'skip step':
        return user.act(place, { kind: 'promote', how: 'skip-step' });
      case 'skip all steps':
        return user.act(place, { kind: 'promote', how: 'skip-all-steps' });
      case 'abort':
      case 'retry':
      case 'pause':
      case 'resume':
      case 'restart':
        return user.act(place, { kind: verb as 'abort' });
      case 'undo':
        return this.#undo(place);
      case 'delete pod':
        return user.act(place, { kind: 'delete-pod' });
      case 'delete canary ingress':
        return user.act(place, { kind: 'delete-route' });
      case 'delete rollout':
        return user.act(place, { kind: 'delete' });
      default:
    }
    switch (verb) {
      case 'release':
        this.#behaviours.set(`demo/${name}:${object}`, rest);
        return user.act(place, { kind: 'image', tag: object });
      case 'approve':
      case 'reject':
        return this.#vote(place, verb, object);
      case 'scale':
        return user.act(place, { kind: 'scale', replicas: Number(object) });
      case 'strategy':
        return this.#edit(place, { strategy: strategyOf(name, words.slice(1).join(' ')) });
      case 'steps':
        return this.#edit(place, { strategy: { canary: { steps: stepsOf(words.slice(1).join(' ')) } } });
      default:
        return this.#strike(words);
    }
  }

  #vote(
    place: { readonly namespace: string; readonly name: string },
    says: 'approve' | 'reject',
    who: string,
  ): boolean {
    const { api } = this.#stage.world;
    const rollout = api.get(kinds.rollouts, place) as (Manifest & Rollout) | null;
    const open = rollout === null ? null : waitingGate(rollout);
    const action = open === null ? null : vote(open, { who, says, comment: '' });
    if (action === null || action.object === null) return false;
    api.merge(kinds.rollouts, place, action.object, { manager: 'kubectl' });
    return true;
  }

  /** What happens to the world. */
  #strike(words: readonly string[]): boolean {
    const stage = this.#stage;
    const { clock, api } = stage.world;
    const [subject = '', verb = '', , time = '2s'] = words;
    switch (`${subject} ${verb}`) {
      case 'controller dies':
        stage.kill();
        this.#awaited++;
        clock.after(durationOf(time), () => {
          stage.start();
          this.#awaited--;
          this.#calm.disturb();
        });
        return true;
      case 'API restarts':
        api.restart();
        return true;
      case 'Prometheus fails':
        stage.network.isPrometheusDown = true;
        clock.after(durationOf(time), () => {
          stage.network.isPrometheusDown = false;
        });
        return true;
      default:
        throw new SyntaxError(`nobody knows how to: ${words.join(' ')}`);
    }
  }

  #edit(place: { readonly namespace: string; readonly name: string }, spec: object): boolean {
    this.#stage.world.api.merge(kinds.rollouts, place, { spec }, { manager: 'kubectl' });
    return true;
  }

  #undo(place: { readonly namespace: string; readonly name: string }): boolean {
    const { api } = this.#stage.world;
    const rollout = api.get(kinds.rollouts, place) as (Manifest & Rollout) | null;
    if (rollout === null) return false;
    const target = undoTarget(rollout, ofRollout(api, rollout), 0);
    if (target.kind === 'none') return false;
    return this.#edit(place, { template: userTemplate(target.replicaSet) });
  }

  #tell(): readonly string[] {
    const { entries } = this.#stage.timeline;
    const mine = entries.filter(({ atMs, kind }) => atMs >= this.#startMs && kind !== 'share');
    const several = this.#story.rollouts.length > 1;
    const told = mine.flatMap((entry) => {
      const line = sayEntry(entry, this.#story.isWide ? 'all' : 'usual');
      if (line === null) return [];
      const who = several ? `${entry.rollout.replace(/^.*\//, '').padEnd(6)} ` : '';
      const at = timeOf(entry.atMs - this.#startMs);
      return [
        `${at}  ${who}${iconOf(line)} ${line.text.replace(POD_NAME, '$1-*')}`,
        ...line.more.map((more) => `${' '.repeat(12)}${more}`),
      ];
    });
    return [...told, ...this.#ends()];
  }

  #ends(): readonly string[] {
    const { api, clock } = this.#stage.world;
    const now = clock.now();
    const views = viewsOf(api, now);
    if (views.length === 0) {
      const pods = api.list(kinds.pods, { namespace: NAMESPACE }).length;
      return [`in the end: no rollout, ${pods === 0 ? 'no pods' : `${pods} pods`}`];
    }
    const states = views.map((view) => {
      const name = this.#story.rollouts.length > 1 ? `${view.name}: ` : '';
      const pods = view.revisions.flatMap(({ number, replicaSets }) =>
        replicaSets
          .filter(({ replicas }) => replicas > 0)
          .map((set) => `revision ${number} has ${set.available}/${set.replicas} pods`),
      );
      const weight = view.weight === null ? '' : `, weight ${view.weight.actual}`;
      return `in the end: ${name}${view.phase}, ${sayFirst(view.reason, now, view.step?.total ?? 0)}; ${pods.join(', ') || 'no pods'}${weight}`;
    });
    const totals = this.#stage.totals();
    if (totals === null || totals.requests === 0) return states;
    const { requests, failures, unserved } = totals;
    const lost = unserved.map(({ reason, requests: count }) => `${count} ${reason}`).join(', ');
    return [
      ...states,
      `${grouped(requests)} requests, ${grouped(failures)} failed${lost === '' ? '' : ` (unserved: ${lost})`}`,
    ];
  }
}

/** The end of a pod's name is left to chance, and says nothing. */
const POD_NAME = /\b([a-z-]+-[a-z0-9]{8,10})-[a-z0-9]{5}\b/g;

function iconOf({ look }: Line): string {
  return look === null ? ' ' : ICONS[look];
}

/** `  1m02.3s`. */
function timeOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = ((ms % 60_000) / 1000).toFixed(1);
  return `${minutes}m${seconds.padStart(4, '0')}s`.padStart(9);
}
