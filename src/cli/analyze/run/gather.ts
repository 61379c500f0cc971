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
import { completed, type FindTemplate, inCluster, type Templates } from './templates.ts';

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
  const named = wish.names.map((name) => refOf(given, rollout, name));
  // What no file has is looked for in the cluster where the command line means one: by a flag, or by a name.
  const isMeant = access.isWanted || named.includes(null);
  const find: FindTemplate = async (one) => (isMeant ? inCluster(await access.open())(one) : null);
  const wanted =
    wish.names.length === 0
      ? given.roots
      : await Promise.all(named.map(async (ref, i) => ref ?? lookFor(wish.names[i] ?? '', find)));
  const handed = rollout === null ? null : analysisFor(rollout, wanted);
  const refs = wanted.length > 0 ? wanted : (handed?.templates ?? []);
  if (refs.length === 0)
    throw new Refusal('which template? Name its file with -f, or say --template NAME or --from-rollout NAME');
  const { templates: _named, ...rest } = handed ?? {};
  const complete = await completed(refs, given.templates, find);
  return { analysis: { ...rest, templates: refs }, templates: complete, rollout };
}

/** The template of that name in the files, or that the Rollout names; null where there is none. */
function refOf(given: GivenManifests, rollout: Rollout | null, name: string): AnalysisTemplateRef | null {
  const inFiles = [false, true]
    .map((clusterScope) => ({ templateName: name, clusterScope }))
    .find((ref) => given.templates[templateKey(ref)] !== undefined);
  const analyses = rollout === null ? [] : analysesIn(rollout);
  const inRollout = analyses
    .flatMap(({ analysis }) => analysis.templates ?? [])
    .find(({ templateName }) => templateName === name);
  return inFiles ?? inRollout ?? null;
}

/** One of the cluster: of the namespace if it is there, else of the whole cluster. */
async function lookFor(templateName: string, find: FindTemplate): Promise<AnalysisTemplateRef> {
  const own = await find({ kind: 'AnalysisTemplate', name: templateName });
  const ofAll = own === null ? await find({ kind: 'ClusterAnalysisTemplate', name: templateName }) : null;
  return { templateName, clusterScope: ofAll !== null };
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
