import type { AnalysisTemplateSpec, Argument } from '../../api/analysis.ts';
import { API_VERSION, LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import { composeRun } from '../../core/analysis/compose.ts';
import { flatten } from '../../core/analysis/flatten.ts';
import { templateKey } from '../../core/world.ts';
import { isFailure } from '../../shell/kube/failure.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { parseText } from '../../shell/manifests/text.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { readSources } from '../lint/files.ts';
import { Refusal } from '../refusal.ts';

/** Options of `create analysisrun`. */
export interface CreateRunOptions {
  readonly from?: string;
  readonly fromFile?: string;
  readonly global?: boolean;
  readonly argument: readonly string[];
  readonly name?: string;
  readonly generateName?: string;
  readonly instanceId?: string;
}

type Templates = Readonly<Record<string, AnalysisTemplateSpec | null>>;

/** `create analysisrun --from TEMPLATE [-a KEY=VALUE]`: runs an analysis by itself. */
export async function createRun(io: Io, cluster: Cluster, options: CreateRunOptions): Promise<number> {
  const { name, templates } = await begin(io, options);
  const ref = { templateName: name, clusterScope: options.global === true };
  const all = await complete(cluster, ref, templates);
  const args = options.argument.map(argumentOf);
  const known = flatten([ref], all).templates.flatMap(({ spec }) => (spec.args ?? []).map((arg) => arg.name));
  const stranger = args.find((arg) => !known.includes(arg.name));
  if (stranger !== undefined) throw new Refusal(`the template takes no argument "${stranger.name}"`);
  const composed = composeRun({
    analysis: { templates: [ref], args },
    templates: all,
    rollout: NO_ROLLOUT,
    stableHash: '',
    latestHash: '',
    path: '',
  });
  if (composed.kind === 'issues') throw new Refusal(composed.issues.map(({ message }) => message).join('\n'));
  const run = {
    apiVersion: API_VERSION,
    kind: 'AnalysisRun',
    metadata: { namespace: cluster.namespace, ...naming(name, options) },
    spec: composed.spec,
  };
  const { namespace } = cluster;
  const { metadata } = await cluster.api.create<KubeObject>(resources.analysisRuns, { namespace }, run);
  say(io.out, `analysisrun.argoproj.io/${metadata.name} created`);
  return 0;
}

/** References to a rollout have nothing to refer to in a run by itself. */
const NO_ROLLOUT: Rollout = {
  apiVersion: API_VERSION,
  kind: 'Rollout',
  metadata: { name: '' },
  spec: {},
};

async function begin(io: Io, options: CreateRunOptions) {
  const { from, fromFile, global = false } = options;
  if ((from === undefined) === (fromFile === undefined))
    throw new Refusal('say either --from TEMPLATE or --from-file FILE');
  if (fromFile === undefined) return { name: from ?? '', templates: {} };
  const sources = await readSources(io, [fromFile]);
  const kind = global ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  const found = sources
    .flatMap((source) => parseText(source).objects.map(({ value }) => value as Manifest | null))
    .find((manifest) => manifest?.kind === kind);
  const name = found?.metadata.name;
  if (name === undefined) throw new Refusal(`${fromFile}: there is no ${kind} in it`);
  const key = templateKey({ templateName: name, clusterScope: global });
  return { name, templates: { [key]: found?.['spec'] as AnalysisTemplateSpec } };
}

/** The template with all that it names, read from the cluster as far as they are not there yet. */
async function complete(
  cluster: Cluster,
  ref: { readonly templateName: string; readonly clusterScope: boolean },
  given: Templates,
): Promise<Templates> {
  let templates = given;
  for (;;) {
    const next = flatten([ref], templates).missing.find(({ kind, name }) => {
      const key = templateKey({ templateName: name, clusterScope: kind === 'ClusterAnalysisTemplate' });
      return templates[key] === undefined;
    });
    if (next === undefined) return templates;
    const isOfCluster = next.kind === 'ClusterAnalysisTemplate';
    const key = templateKey({ templateName: next.name, clusterScope: isOfCluster });
    templates = { ...templates, [key]: await readTemplate(cluster, next.name, isOfCluster) };
  }
}

async function readTemplate(
  cluster: Cluster,
  name: string,
  isOfCluster: boolean,
): Promise<AnalysisTemplateSpec | null> {
  const resource = isOfCluster ? resources.clusterAnalysisTemplates : resources.analysisTemplates;
  try {
    const place = isOfCluster ? { name } : { namespace: cluster.namespace, name };
    const template = await cluster.api.get<Manifest & KubeObject>(resource, place);
    return template['spec'] as AnalysisTemplateSpec;
  } catch (failure) {
    if (isFailure(failure, 'missing')) return null;
    throw failure;
  }
}

function argumentOf(pair: string): Argument {
  const at = pair.indexOf('=');
  if (at < 1) throw new Refusal(`--argument: ${pair} is not of the form KEY=VALUE`);
  return { name: pair.slice(0, at), value: pair.slice(at + 1) };
}

function naming(template: string, { name, generateName, instanceId }: CreateRunOptions) {
  const labels = instanceId === undefined ? {} : { labels: { [LABEL.instanceId]: instanceId } };
  return name === undefined
    ? { generateName: generateName ?? `${template}-`, ...labels }
    : { name, ...labels };
}
