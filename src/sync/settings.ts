import type { Clock } from '../shell/clock.ts';
import type { Source as Text } from '../shell/manifests/text.ts';
import type { Api } from './api.ts';
import type { Problem } from './manifests/problem.ts';
import type { Pruning } from './plan.ts';
import type { Source } from './source.ts';

/** What a sync is made with. */
export interface Settings {
  readonly api: Api;
  readonly source: Source;
  readonly clock: Clock;
  /** For manifests that name none, and for the inventory. */
  readonly namespace: string;
  readonly pruning: Pruning;
  /** Whether what people have changed in the cluster is put back. */
  readonly selfHeal: boolean;
  /** Whether fields and objects of others are taken; never those of controllers in charge. */
  readonly forceConflicts: boolean;
  /** Further checks of all files: lint. None where it is null. */
  readonly check: ((texts: readonly Text[]) => readonly Problem[]) | null;
  /** The surroundings, of which kustomize and helm get what they need. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
