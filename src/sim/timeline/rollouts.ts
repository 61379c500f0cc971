import { LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { Rollout, RolloutStatus } from '../../api/rollout.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { imagesIn } from '../../view/images.ts';
import { revisionNumber } from '../../view/parts.ts';
import type { Reason } from '../../view/reason.ts';
import { type RolloutView, viewOf } from '../../view/rollout-view.ts';
import { sayStep } from '../../view/steps.ts';
import { isPromoted } from '../../view/weight.ts';
import { sayFirst } from '../../view/words.ts';
import type { Change, LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Happening, Tell } from './entry.ts';
import { Hold } from './hold.ts';
import { keyOf, ofRollout, partsOf, templateOf } from './reading.ts';

/** A state that is over sooner is none that a person would see. */
const HOLD_MS = 400;

/** Tells what the status of rollouts says: releases, steps, weights, promotions, states. */
export class RolloutWatch {
  readonly #api: LocalApi;
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #hold: Hold;
  /** The state that was told last, by rollout. */
  readonly #told = new Map<string, string>();
  /** When its latest version was asked for, by rollout. */
  readonly #releasedMs = new Map<string, number>();
  /** Those whose latest version is stable: all traffic is its own, and that its weight goes is no news. */
  readonly #settled = new Set<string>();

  constructor(api: LocalApi, clock: Clock, tell: Tell) {
    this.#api = api;
    this.#clock = clock;
    this.#tell = tell;
    this.#hold = new Hold(clock, HOLD_MS);
  }

  see({ before, after }: Change): void {
    const old = before as (Manifest & Rollout) | null;
    const rollout = after as (Manifest & Rollout) | null;
    if (rollout === null) {
      if (old === null) return;
      const key = keyOf(old);
      this.#hold.see(key, 'gone', () => {});
      this.#told.delete(key);
      this.#tell({ atMs: this.#clock.elapsed(), rollout: key, kind: 'gone' });
      return;
    }
    const was = old?.status ?? {};
    const is = rollout.status ?? {};
    const key = keyOf(rollout);
    const news = promoted(ofRollout(this.#api, rollout), was, is);
    if (isOtherVersion(was, is)) {
      this.#releasedMs.set(key, this.#clock.elapsed());
      this.#settled.delete(key);
    }
    if (news.length > 0) this.#settled.add(key);
    this.#say(rollout, [
      ...this.#release(rollout, was, is),
      ...steps(rollout, was, is),
      ...(this.#settled.has(key) ? [] : weights(was, is)),
      ...switches(rollout, ofRollout(this.#api, rollout), was, is),
      ...news,
    ]);
    this.#look(rollout);
  }

  /** Looks at the state; what it works on is said as it is once the state has stayed for a while. */
  #look(rollout: Manifest & Rollout): void {
    const key = keyOf(rollout);
    const state = stateOf(this.#viewOf(rollout));
    this.#hold.see(key, state, (atMs) => {
      const before = this.#told.get(key);
      const { namespace = '', name } = rollout.metadata;
      const now = this.#api.get(kinds.rollouts, { namespace, name }) as (Manifest & Rollout) | null;
      if (before === state || now === null) return;
      this.#told.set(key, state);
      const { phase, look, reason, step } = this.#viewOf(now);
      // What it works on is told by steps, pods and analyses; of what is healthy nobody expects any work.
      const isExpected = before !== 'Healthy' || (this.#releasedMs.get(key) ?? -1) >= atMs;
      if (state === 'Progressing' && isExpected) return;
      const what = sayFirst(reason, this.#clock.now(), step?.total ?? 0);
      this.#tell({ atMs, rollout: key, kind: 'phase', phase, look, what });
    });
  }

  #viewOf(rollout: Rollout): RolloutView {
    return viewOf(partsOf(this.#api, rollout), this.#clock.now());
  }

  stop(): void {
    this.#hold.stop();
  }

  #say(rollout: Manifest & Rollout, happenings: readonly Happening[]): void {
    for (const happening of happenings)
      this.#tell({ atMs: this.#clock.elapsed(), rollout: keyOf(rollout), ...happening });
  }

  #release(rollout: Manifest & Rollout, was: RolloutStatus, is: RolloutStatus): readonly Happening[] {
    if (!isOtherVersion(was, is)) return [];
    const sets = ofRollout(this.#api, rollout);
    const wanted = withHash(sets, is.currentPodHash);
    const stable = withHash(sets, is.stableRS);
    return [
      {
        kind: 'release',
        revision: revisionOf(sets, wanted),
        from: stable === undefined ? [] : imagesIn(stable.spec.template),
        to: imagesIn(templateOf(this.#api, rollout)),
        isBack: is.stableRS === is.currentPodHash && was.stableRS === is.stableRS,
      },
    ];
  }
}

function isOtherVersion(was: RolloutStatus, is: RolloutStatus): boolean {
  return is.currentPodHash !== undefined && is.currentPodHash !== was.currentPodHash;
}

/** The number that it gets, also before its ReplicaSet is there or has been given it. */
function revisionOf(sets: readonly ReplicaSet[], wanted: ReplicaSet | undefined): number {
  const highest = Math.max(0, ...sets.filter((set) => set !== wanted).map(revisionNumber));
  return Math.max(wanted === undefined ? 0 : revisionNumber(wanted), highest + 1);
}

/** States that a person would tell apart; what it works on at a moment is none. */
function stateOf({ phase, reason }: RolloutView): string {
  return NOTABLE.has(reason.kind) ? `${phase} ${JSON.stringify({ ...reason, until: null })}` : phase;
}

const NOTABLE: ReadonlySet<Reason['kind']> = new Set([
  'invalid',
  'held',
  'pause',
  'preview',
  'step',
  'inconclusive',
  'aborted',
  'deadline',
  'router',
]);

function promoted(sets: readonly ReplicaSet[], was: RolloutStatus, is: RolloutStatus): readonly Happening[] {
  const isNew = is.stableRS !== undefined && is.stableRS !== '' && is.stableRS !== was.stableRS;
  if (!isNew || !isPromoted(is)) return [];
  const stable = withHash(sets, is.stableRS);
  return [{ kind: 'promoted', revision: stable === undefined ? 0 : revisionNumber(stable) }];
}

function steps(rollout: Rollout, was: RolloutStatus, is: RolloutStatus): readonly Happening[] {
  const all = rollout.spec.strategy?.canary?.steps ?? [];
  const index = is.currentStepIndex;
  const isRetried = was.abort === true && is.abort !== true;
  const isOther = index !== was.currentStepIndex || is.currentPodHash !== was.currentPodHash || isRetried;
  const step = all[index ?? -1];
  const isBeside = isPromoted(is) || is.abort === true || is.promoteFull === true;
  if (!isOther || index === undefined || step === undefined || isBeside) return [];
  return [{ kind: 'step', index, total: all.length, what: sayStep(step, index) }];
}

function weights(was: RolloutStatus, is: RolloutStatus): readonly Happening[] {
  const from = was.canary?.weights?.canary.weight ?? 0;
  const to = is.canary?.weights?.canary.weight ?? 0;
  return from === to ? [] : [{ kind: 'weight', from, to }];
}

/** Services of blue-green that lead to another version; where they lead to at first is no news. */
function switches(
  { spec }: Rollout,
  sets: readonly ReplicaSet[],
  { blueGreen: was = {} }: RolloutStatus,
  { blueGreen: is = {} }: RolloutStatus,
): readonly Happening[] {
  const { activeService = '', previewService = '' } = spec.strategy?.blueGreen ?? {};
  const led = (role: 'active' | 'preview', service: string, from = '', to = ''): readonly Happening[] => {
    if (service === '' || from === '' || to === '' || from === to) return [];
    const revision = (hash: string) => {
      const set = withHash(sets, hash);
      return set === undefined ? 0 : revisionNumber(set);
    };
    return [{ kind: 'switch', role, service, from: revision(from), to: revision(to) }];
  };
  return [
    ...led('preview', previewService, was.previewSelector, is.previewSelector),
    ...led('active', activeService, was.activeSelector, is.activeSelector),
  ];
}

function withHash(sets: readonly ReplicaSet[], hash: string | undefined): ReplicaSet | undefined {
  return sets.find(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === hash);
}
