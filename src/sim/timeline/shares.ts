import { LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { isPromoted } from '../../view/weight.ts';
import type { LocalApi } from '../api-server/api.ts';
import { kinds } from '../kinds.ts';
import type { StepReport } from '../traffic/ledger.ts';
import type { Tell } from './entry.ts';
import { copiesOf, keyOf, ofRollout } from './reading.ts';

/** One rollout at one moment: pods that are available and what came of the requests since the last sample. */
export interface Sample {
  /** Milliseconds on the monotonic clock of the world. */
  readonly atMs: number;
  /** The weight that the router was told; null without a router. */
  readonly weight: number | null;
  readonly versions: readonly VersionSample[];
  /** Fresh copies of versions, in experiments. None of them is the stable one. */
  readonly copies: readonly VersionSample[];
}

/** One version in a sample. */
export interface VersionSample {
  readonly hash: string;
  /** It was the stable one at that moment. */
  readonly isStable: boolean;
  readonly pods: number;
  readonly requests: number;
  /** Of the requests, those that were answered with 5xx. */
  readonly failures: number;
}

interface Stretch {
  readonly weight: number;
  readonly hash: string;
  untilMs: number;
  requests: number;
  canary: number;
  failed: number;
}

/** Samples rollouts with the traffic, and tells what came of every weight that was set. */
export class ShareWatch {
  readonly #api: LocalApi;
  readonly #tell: Tell;
  readonly #samples = new Map<string, Sample[]>();
  readonly #stretches = new Map<string, Stretch>();

  constructor(api: LocalApi, tell: Tell) {
    this.#api = api;
    this.#tell = tell;
  }

  /** The samples of a rollout, oldest first. */
  samples(rollout: string): readonly Sample[] {
    return this.#samples.get(rollout) ?? [];
  }

  /** Takes what the traffic was in its last step, which ended at `atMs` of the world's clock. */
  step(report: StepReport, atMs: number): void {
    for (const rollout of this.#api.list(kinds.rollouts) as readonly (Manifest & Rollout)[]) {
      const sets = { versions: ofRollout(this.#api, rollout), copies: copiesOf(this.#api, rollout) };
      const sample = sampleOf(rollout, sets, { report, atMs });
      const key = keyOf(rollout);
      const known = this.#samples.get(key);
      if (known === undefined) this.#samples.set(key, [sample]);
      else known.push(sample);
      this.#stretch(rollout, sample);
    }
  }

  #stretch(rollout: Manifest & Rollout, { atMs, versions, copies }: Sample): void {
    const key = keyOf(rollout);
    const { status = {} } = rollout;
    const set = isPromoted(status) ? 0 : (status.canary?.weights?.canary.weight ?? 0);
    const hash = status.currentPodHash ?? '';
    const open = this.#stretches.get(key);
    if (open !== undefined && (open.weight !== set || open.hash !== hash)) {
      this.#stretches.delete(key);
      const { weight, requests, canary, failed, untilMs } = open;
      if (requests > 0)
        this.#tell({ atMs: untilMs, rollout: key, kind: 'share', weight, requests, canary, failed });
    }
    if (set === 0) return;
    const none = { weight: set, hash, untilMs: atMs, requests: 0, canary: 0, failed: 0 };
    const stretch = this.#stretches.get(key) ?? none;
    this.#stretches.set(key, stretch);
    stretch.untilMs = atMs;
    for (const version of [...versions, ...copies]) {
      stretch.requests += version.requests;
      if (version.hash !== hash) continue;
      stretch.canary += version.requests;
      stretch.failed += version.failures;
    }
  }
}

function sampleOf(
  rollout: Manifest & Rollout,
  sets: { readonly versions: readonly ReplicaSet[]; readonly copies: readonly ReplicaSet[] },
  { report, atMs }: { readonly report: StepReport; readonly atMs: number },
): Sample {
  const { status = {}, metadata } = rollout;
  const weights = status.canary?.weights;
  const versionOf = (set: ReplicaSet): VersionSample => {
    const hash = set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
    const served = report.served.filter(
      ({ version }) => version.hash === hash && version.namespace === metadata.namespace,
    );
    return {
      hash,
      isStable: hash === status.stableRS,
      pods: set.status?.availableReplicas ?? 0,
      requests: served.reduce((sum, { requests }) => sum + requests, 0),
      failures: served.reduce((sum, { failures }) => sum + failures, 0),
    };
  };
  const isUnderWay = !isPromoted(status) && weights !== undefined;
  return {
    atMs,
    weight: isUnderWay ? weights.canary.weight : weights === undefined ? null : 0,
    versions: sets.versions.map(versionOf),
    copies: sets.copies.map(versionOf),
  };
}
