import type { Json, JsonObject } from '../../compat/json.ts';
import { findLibrary } from '../../compat/library.ts';
import { applyChanges } from '../../compat/paths.ts';
import type { Line, Recording } from '../../compat/recording.ts';

/** One call of the original's plugin, with the objects as they were, and what it did. */
export interface PluginCall {
  /** `scenario:step` of every recording in which just this happened. */
  readonly seen: readonly string[];
  readonly args: readonly string[];
  /** As they were, as far as a command looks at them. */
  readonly objects: readonly JsonObject[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly {
    readonly verb: string;
    readonly path: string;
    readonly type: string;
    readonly body: Json;
  }[];
}

/** All calls of the plugin in all recordings, equal ones once; null where there are no recordings. */
export function distilCalls(): readonly PluginCall[] | null {
  const found = findLibrary();
  if (found.kind === 'missing') return null;
  const calls = new Map<string, PluginCall>();
  for (const name of found.library.names) {
    for (const call of callsOf(found.library.recording(name))) {
      const { seen, ...content } = call;
      const key = JSON.stringify(content);
      const known = calls.get(key);
      calls.set(key, { ...call, seen: [...(known?.seen ?? []), ...seen] });
    }
  }
  return [...calls.values()];
}

function callsOf(recording: Recording): readonly PluginCall[] {
  const objects = new Map<string, JsonObject>();
  const calls: PluginCall[] = [];
  for (const line of recording.lines) {
    if (line.kind === 'action') {
      const call = callOf(recording.scenario, line, objects);
      if (call !== null) calls.push(call);
    } else remember(objects, line);
  }
  return calls;
}

function remember(objects: Map<string, JsonObject>, line: Exclude<Line, { kind: 'action' }>): void {
  const [kind = ''] = line.object.split('/');
  if (line.kind === 'added')
    objects.set(line.object, {
      ...line.full,
      kind,
      apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1',
    });
  if (line.kind === 'modified')
    objects.set(line.object, applyChanges(objects.get(line.object) ?? {}, line.changes));
  if (line.kind === 'deleted') objects.delete(line.object);
}

type Action = Extract<Line, { kind: 'action' }>;

function callOf(scenario: string, line: Action, objects: ReadonlyMap<string, JsonObject>): PluginCall | null {
  const args = line.action['plugin'];
  if (!Array.isArray(args)) return null;
  const result = line.result as JsonObject;
  const words = args.map(String);
  return {
    seen: [`${scenario}:${line.step}`],
    args: words,
    objects: [...objects].flatMap(([key, object]) => slim(key, object, words)),
    exit: Number(result['exit']),
    stdout: text(result['stdout']),
    stderr: text(result['stderr']),
    requests: (result['requests'] as readonly JsonObject[]).map(({ verb, path, type, body = null }) => ({
      verb: text(verb),
      path: text(path),
      type: text(type),
      body: slimBody(body),
    })),
  };
}

/** Whole objects only where a template is at stake; of all others what decides what a command does. */
function slim(key: string, object: JsonObject, args: readonly string[]): readonly JsonObject[] {
  const [kind = ''] = key.split('/');
  const isWhole = ['undo', 'set'].includes(args[0] ?? '');
  const { metadata = {}, spec = {}, status = {}, ...head } = object as Readonly<Record<string, JsonObject>>;
  const meta: JsonObject = { ...metadata, uid: `<uid:${key}>` };
  if (isWhole && kind !== 'Rollout')
    return /^(ReplicaSet|Deployment)$/.test(kind) ? [{ ...head, metadata: meta, spec }] : [];
  if (kind !== 'Rollout') return [];
  const { template, paused, strategy, workloadRef, selector } = spec;
  const kept = picked(status, [
    'pauseConditions',
    'controllerPause',
    'currentStepIndex',
    'currentPodHash',
    'stableRS',
  ]);
  const run = (status['canary'] as JsonObject | undefined)?.['currentStepAnalysisRunStatus'];
  return [
    {
      ...head,
      metadata: picked(meta, ['name', 'uid']),
      spec: given({
        paused,
        strategy: slimStrategy(strategy),
        workloadRef,
        ...(isWhole ? { template, selector } : {}),
      }),
      status: given({
        ...kept,
        phase: status['phase'],
        canary: run === undefined ? undefined : { currentStepAnalysisRunStatus: run },
      }),
    },
  ];
}

/** Of the steps only their number counts. */
function slimStrategy(strategy: Json | undefined): Json {
  const { canary } = (strategy ?? {}) as { readonly canary?: { readonly steps?: readonly Json[] } };
  if (canary === undefined) return { blueGreen: {} };
  return { canary: canary.steps === undefined ? {} : { steps: canary.steps.map(() => ({})) } };
}

/**
 * Of a whole object that was written back only the pod template is compared, of one made by the client its
 * name too.
 */
function slimBody(body: Json): Json {
  const { spec = {}, kind, metadata = {} } = (body ?? {}) as Readonly<Record<string, JsonObject>>;
  if (kind === undefined) return body;
  const made = (kind as Json) === 'AnalysisRun';
  return made ? { metadata: picked(metadata, ['name']), spec } : { spec: picked(spec, ['template']) };
}

function picked(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function given(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
