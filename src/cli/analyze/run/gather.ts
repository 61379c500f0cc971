import type { AnalysisTemplateRef } from '../../../api/analysis.ts';
import { resources } from '../../../api/resources.ts';
import type { Rollout, RolloutAnalysis } from '../../../api/rollout.ts';
import { templateKey } from '../../../core/world.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import type { Io } from '../../io.ts';
import { readSources } from '../../lint/files.ts';
import { Refusal } from '../../refusal.ts';
import { analysesIn } from '../../simulate/neighbours.ts';
import type { Access } from './access.ts';
import { type GivenManifests, givenIn } from './given.ts';
import { completed, inCluster, type Templates } from './templates.ts';

/** What to analyze, as the command line says it. */
export interface Wish {
  /** Files, folders, `-`. */
  readonly files: readonly string[];
  /** Names of templates; empty: all that no other one names. */
  readonly names: readonly string[];
  /** The Rollout that hands arguments over; null: none does. */
  readonly rollout: string | null;
}

/** Everything that a run can be composed of. */
export interface Gathered {
  /** The templates, and what a Rollout hands to them. */
  readonly analysis: RolloutAnalysis;
  readonly templates: Templates;
  readonly rollout: Rollout | null;
}

/** Collects templates and Rollout from files, and from the cluster where they are not there. */
export async function gather(io: Io, access: Access, wish: Wish): Promise<Gathered> {
  const given = givenIn(await readSources(io, wish.files));
  const rollout = wish.rollout === null ? null : await rolloutOf(access, given, wish.rollout);
  const wanted = refsOf(given, wish.names);
  const handed = rollout === null ? null : analysisFor(rollout, wanted);
  const refs = wanted.length > 0 ? wanted : (handed?.templates ?? []);
  if (refs.length === 0)
    throw new Refusal('which template? Name its file with -f, or say --template NAME or --from-rollout NAME');
  const first = refs.map((ref) => given.templates[templateKey(ref)]);
  // Names on the command line mean the cluster; those in files only where it is named, too.
  const isFetching = access.isWanted || rollout !== null || first.includes(undefined);
  const find = isFetching ? inCluster(await access.open()) : () => Promise.resolve(null);
  const { templates: _named, ...rest } = handed ?? {};
  const complete = await completed(refs, given.templates, find);
  return { analysis: { ...rest, templates: refs }, templates: complete, rollout };
}

function refsOf(
  { templates, roots }: GivenManifests,
  names: readonly string[],
): readonly AnalysisTemplateRef[] {
  if (names.length === 0) return roots;
  return names.map((templateName) => {
    const scopes = [false, true].map((clusterScope) => ({ templateName, clusterScope }));
    const found = scopes.find((ref) => templates[templateKey(ref)] !== undefined);
    return found ?? { templateName, clusterScope: false };
  });
}

async function rolloutOf(access: Access, given: GivenManifests, name: string): Promise<Rollout> {
  const mine = given.rollouts.find(({ metadata }) => metadata.name === name);
  if (mine !== undefined) return mine;
  const { api, namespace } = await access.open();
  return api.get<Rollout & KubeObject>(resources.rollouts, { namespace, name });
}

/** The Rollout's analysis that names one of the templates; without templates the only one there is. */
function analysisFor(rollout: Rollout, refs: readonly AnalysisTemplateRef[]): RolloutAnalysis | null {
  const keys = refs.map(templateKey);
  const all = analysesIn(rollout).map(({ analysis }) => analysis);
  if (keys.length > 0)
    return all.find(({ templates = [] }) => templates.some((ref) => keys.includes(templateKey(ref)))) ?? null;
  const [only, another] = all;
  if (only === undefined) throw new Refusal(`rollout '${rollout.metadata.name}' has no analysis`);
  if (another === undefined) return only;
  const names = all.flatMap(({ templates = [] }) => templates.map(({ templateName = '' }) => templateName));
  throw new Refusal(
    `rollout '${rollout.metadata.name}' has ${all.length} analyses; say --template with one of ` +
      [...new Set(names)].join(', '),
  );
}
