import type { AnalysisRun, AnalysisTemplateRef, AnalysisTemplateSpec } from '../../api/analysis.ts';
import { API_VERSION, LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { resources } from '../../api/resources.ts';
import { checkShape, withoutNulls } from '../../api/shape.ts';
import { flatten } from '../../core/analysis/flatten.ts';
import { templateKey } from '../../core/world.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { parseText } from '../../shell/manifests/text.ts';
import { argumentOf, spanOf } from '../analyze/options.ts';
import { specOf } from '../analyze/run/compose.ts';
import { completed, inCluster, type Templates } from '../analyze/run/templates.ts';
import { complaint } from '../complaint.ts';
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
  /** Wait for its end, and say how it ended. */
  readonly wait?: boolean;
  /** How long, at most. */
  readonly timeout?: string;
  readonly color: boolean;
}

/** The run, or the way to it, is none. With `--wait` 1 stands for a run that failed. */
const UNUSABLE = 2;

/**
 * `create analysisrun --from TEMPLATE [-a KEY=VALUE] [--wait]`: runs an analysis by itself. With `--wait` the
 * exit code says how it ended, as that of `analyze` does.
 */
export async function createRun(io: Io, cluster: Cluster, options: CreateRunOptions): Promise<number> {
  if (options.wait !== true) {
    if (options.timeout !== undefined) throw new Refusal('--timeout needs --wait');
    await made(io, cluster, options);
    return 0;
  }
  try {
    const patienceMs = spanOf('--timeout', options.timeout);
    const run = await made(io, cluster, options);
    const { watchRun } = await import('../watch/run.ts');
    return await watchRun(io, cluster, run, { patienceMs, color: options.color });
  } catch (error) {
    if (io.ended.aborted) throw error;
    say(io.err, `Error: ${complaint(error)}`);
    return UNUSABLE;
  }
}

async function made(io: Io, cluster: Cluster, options: CreateRunOptions): Promise<AnalysisRun> {
  const { ref, given } = await begin(io, options);
  const templates = await completed([ref], given, inCluster(cluster));
  const spec = specOf(
    { analysis: { templates: [ref] }, templates, rollout: null },
    { args: options.argument.map(argumentOf), stableHash: '', latestHash: '', prometheus: null },
  );
  const run = {
    apiVersion: API_VERSION,
    kind: 'AnalysisRun',
    metadata: { namespace: cluster.namespace, ...naming(ref.templateName ?? '', options) },
    spec,
  };
  const { namespace } = cluster;
  const created = await cluster.api.create<AnalysisRun & KubeObject>(
    resources.analysisRuns,
    { namespace },
    run,
  );
  say(io.out, `analysisrun.argoproj.io/${created.metadata.name} created`);
  return created;
}

interface Begun {
  readonly ref: AnalysisTemplateRef;
  /** Templates that need not be read from the cluster. */
  readonly given: Templates;
}

async function begin(io: Io, { from, fromFile, global = false }: CreateRunOptions): Promise<Begun> {
  if ((from === undefined) === (fromFile === undefined))
    throw new Refusal('say either --from TEMPLATE or --from-file FILE');
  if (fromFile === undefined) return { ref: { templateName: from ?? '', clusterScope: global }, given: {} };
  const sources = await readSources(io, [fromFile]);
  const templates = sources
    .flatMap((source) => parseText(source).objects.map(({ value }) => withoutNulls(value)))
    .filter((value) => isTemplate(value, global));
  const refs = templates.map(refOf);
  const given = Object.fromEntries(
    templates.map((one) => [templateKey(refOf(one)), one['spec'] as AnalysisTemplateSpec]),
  );
  // The one that leads to all others, where there are several.
  const ref = refs.find((one) => flatten([one], given).templates.length === refs.length) ?? refs[0];
  const wanted = global ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  if (ref === undefined) throw new Refusal(`${fromFile}: there is no ${wanted} in it`);
  const wrong = templates.flatMap((one) => checkShape(one).wrong);
  if (wrong.length > 0)
    throw new Refusal(wrong.map(({ path, message }) => `${fromFile}: ${path}: ${message}`).join('\n'));
  return { ref, given };
}

/** Without `--global` a file may hold a template of either kind, as with the original. */
function isTemplate(value: unknown, global: boolean): value is Manifest {
  if (!isObject(value) || !isObject(value['metadata'])) return false;
  return value['kind'] === 'ClusterAnalysisTemplate' || (!global && value['kind'] === 'AnalysisTemplate');
}

function refOf({ kind, metadata }: Manifest): AnalysisTemplateRef {
  return { templateName: metadata.name, clusterScope: kind === 'ClusterAnalysisTemplate' };
}

function naming(template: string, { name, generateName, instanceId }: CreateRunOptions) {
  const labels = instanceId === undefined ? {} : { labels: { [LABEL.instanceId]: instanceId } };
  return name === undefined
    ? { generateName: generateName ?? `${template}-`, ...labels }
    : { name, ...labels };
}
