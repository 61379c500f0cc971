import type { Experiment } from '../../api/experiment.ts';
import { GROUP } from '../../api/keys.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { at, isObject, keysOf } from '../../api/path.ts';
import type { Rollout } from '../../api/rollout.ts';
import { checkShape, withoutNulls } from '../../api/shape.ts';
import {
  experimentPodIssues,
  notSupportedYet,
  rolloutWarnings,
  validateAnalysis,
  validateExperiment,
  validateRollout,
} from '../../api/validate/index.ts';
import { stepPluginIssues } from '../../core/steps/index.ts';
import { type Placed, parseText, type Source } from '../../shell/manifests/text.ts';
import { blindMetrics } from './blind.ts';
import { comparisonIssues } from './comparisons.ts';
import { conditionIssues } from './conditions.ts';
import { configurationIssues } from './configurations.ts';
import { type Finding, inOrder } from './finding.ts';
import { withoutFields } from './prune.ts';
import { referenceIssues } from './references.ts';

/** What a check of texts gives. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** Number of objects of our API that were looked at. */
  readonly objects: number;
}

/**
 * Checks all objects of our API in some texts, each by itself and with the others. Other kinds are left
 * alone.
 */
export function check(sources: readonly Source[]): Checked {
  const parsed = sources.map((source) => ({ source, ...parseText(source) }));
  // A field that is null counts as absent, as it does in the API server.
  const placed = parsed.flatMap(({ objects }) =>
    objects.map((object) => ({ ...object, value: withoutNulls(object.value) })),
  );
  const manifests = placed.flatMap(({ value }) => (isManifest(value) ? [value] : []));
  const flaws = parsed.flatMap(({ source, flaws: list }) =>
    list.map((flaw): Finding => ({ file: source.file, object: '', ...flaw, path: at('', ...flaw.path) })),
  );
  const ours = placed.filter(({ value }) => isOurs(value));
  const findings = ours.flatMap((object) => checkObject(object, manifests));
  const files = sources.map(({ file }) => file);
  return { findings: inOrder([...flaws, ...findings], files), objects: ours.length };
}

function checkObject(object: Placed, others: readonly Manifest[]): readonly Finding[] {
  const manifest = object.value as Manifest;
  const told = (severity: Finding['severity']) => (issue: Issue) => finding(object, severity, issue);
  const { wrong, unknown } = checkShape(manifest);
  const shape = [...wrong, ...unknown, ...nameIssues(manifest)].map(told('error'));
  const part = soundPart(manifest, wrong);
  if (part === null) return shape;
  const { sound } = part;
  // What was wrong by its shape is missing from the sound part, which is no further mistake.
  const isNew = ({ path }: Issue) =>
    ![...part.wrong, ...part.lacking].some((gone) => path.startsWith(gone)) &&
    !part.lacking.some((gone) => gone.startsWith(path));
  const refers = isManifest(sound) ? referenceIssues(sound, others) : { errors: [], warnings: [] };
  const known = [...issuesOf(sound), ...conditionIssues(sound), ...notSupportedYet(sound)];
  // What is already told of a configuration is not told again by who would read it.
  const own = sound.kind === 'Rollout' ? configurationIssues(sound as Rollout) : [];
  const more = own.filter(({ path }) => !known.some((other) => other.path === path));
  const errors = [...known, ...more, ...refers.errors];
  const warnings = [...warningsOf(sound), ...refers.warnings];
  return [
    ...shape,
    ...errors.filter(isNew).map(told('error')),
    ...warnings.filter(isNew).map(told('warning')),
  ];
}

/** What of an object can be checked further, and the paths of what is left out. */
interface Part {
  readonly sound: Manifest;
  /** Fields of a wrong shape. */
  readonly wrong: readonly string[];
  /** What lacks a field that it must have, and so is left out whole. */
  readonly lacking: readonly string[];
}

/** The object without what is wrong by its shape; null where nothing is left to be checked. */
function soundPart(manifest: Manifest, issues: readonly Issue[]): Part | null {
  const wrong = issues.map(({ path }) => path);
  const lacking: string[] = [];
  for (;;) {
    const sound = withoutFields(manifest, [...wrong, ...lacking]) as Manifest;
    const still = checkShape(sound).wrong;
    if (still.length === 0) return { sound, wrong, lacking };
    const wider = still.map(({ path }) => around(path, lacking));
    if (wider.includes('')) return null;
    lacking.push(...wider);
  }
}

/** The nearest part around a path that is not left out already; members of a list go with the list. */
function around(path: string, leftOut: readonly string[]): string {
  const keys = keysOf(path)?.slice(0, -1) ?? [];
  const parent = at('', ...keys);
  return leftOut.includes(parent) || typeof keys.at(-1) === 'number' ? around(parent, leftOut) : parent;
}

/** Only what is made by a controller may go without a name. */
function nameIssues(manifest: Partial<Manifest>): readonly Issue[] {
  const { name = '', generateName = '' } = manifest.metadata ?? {};
  return name === '' && generateName === '' ? [{ path: 'metadata.name', message: 'Required value' }] : [];
}

function issuesOf(manifest: Manifest): readonly Issue[] {
  switch (manifest.kind) {
    case 'Rollout':
      return [...validateRollout(manifest as Rollout), ...stepPluginIssues(manifest as Rollout)];
    case 'AnalysisTemplate':
    case 'ClusterAnalysisTemplate':
    case 'AnalysisRun':
      return [...validateAnalysis(manifest), ...comparisonIssues(manifest)];
    case 'Experiment':
      return [...validateExperiment(manifest as Experiment), ...experimentPodIssues(manifest as Experiment)];
    default:
      return [];
  }
}

function warningsOf(manifest: Manifest): readonly Issue[] {
  if (manifest.kind === 'Rollout') return rolloutWarnings(manifest as Rollout);
  return /^((Cluster)?AnalysisTemplate|AnalysisRun)$/.test(manifest.kind) ? blindMetrics(manifest) : [];
}

function finding(object: Placed, severity: Finding['severity'], issue: Issue): Finding {
  const { kind, metadata } = object.value as Partial<Manifest>;
  return {
    file: object.file,
    ...object.place(keysOf(issue.path) ?? []),
    severity,
    object: `${kind ?? ''} ${metadata?.name ?? ''}`.trim(),
    path: issue.path,
    message: issue.message,
  };
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && typeof value['kind'] === 'string' && isObject(value['metadata']);
}

function isOurs(value: unknown): boolean {
  return (
    isObject(value) && String(value['apiVersion']).startsWith(`${GROUP}/`) && isRolloutKind(value['kind'])
  );
}

/** The group is shared with other projects, whose kinds are none of our business. */
function isRolloutKind(kind: unknown): boolean {
  return ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'].some(
    (ours) => ours === kind,
  );
}
