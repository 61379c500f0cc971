import { parse } from 'yaml';
import { asList, asObject, asText, dig, isList, isObject, type Json, type JsonObject } from './json.ts';

/** What an action of a scenario does. Source: the recordings' README, "Scenario format". */
export type Action =
  | { readonly kind: 'apply'; readonly manifests: readonly JsonObject[] }
  | {
      readonly kind: 'patch';
      readonly target: Target;
      readonly type: 'merge' | 'json' | 'strategic';
      readonly subresource: string | null;
      readonly body: Json;
    }
  | { readonly kind: 'plugin'; readonly args: readonly string[] }
  | { readonly kind: 'scale'; readonly target: Target; readonly replicas: number }
  | { readonly kind: 'delete'; readonly target: Target; readonly propagation: string | null }
  | { readonly kind: 'metrics' | 'web'; readonly answers: JsonObject }
  | { readonly kind: 'wait'; readonly wait: Wait; readonly timeoutSeconds: number };

/** An object by kind and name; the name may hold symbols such as `<hash1>`. */
export interface Target {
  readonly kind: string;
  readonly name: string;
}

/** What a wait waits for: all of what is given. */
export interface Wait {
  /** `Kind/name`, `*` allowed in the name. */
  readonly object: string;
  readonly phase: string | null;
  readonly step: number | null;
  readonly message: string | null;
  readonly condition: ConditionTest | null;
  readonly until: readonly Test[];
  readonly event: EventTest | null;
  readonly gone: boolean;
  readonly seconds: number | null;
}

/** `Type=Status` or `Type=Status/Reason`. */
export interface ConditionTest {
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
}

/** How a value of an object is tested. */
export type Operator = '=' | '!=' | '>=' | '<=' | '~=' | 'present' | 'absent';

/** `path=value` and its relatives. An absent number equals 0. */
export interface Test {
  readonly path: string;
  readonly operator: Operator;
  readonly value: string;
}

/** An Event about the object that must have been seen; `count` is the least number of times. */
export interface EventTest {
  readonly reason: string;
  readonly message: string | null;
  readonly count: number | null;
}

/** A scenario: what is there, what is done, and what is waited for. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Further arguments of the controller; most scenarios have none. */
  readonly controllerArgs: readonly string[];
  /** Kinds to record in addition. */
  readonly watch: readonly string[];
  readonly metrics: JsonObject;
  readonly web: JsonObject;
  /** Action 0: what is applied first. */
  readonly given: readonly JsonObject[];
  /** Actions 1, 2, … as written, for the recording, and as understood. */
  readonly steps: readonly { readonly source: JsonObject; readonly action: Action }[];
  /** Seconds to go on recording after the last action. */
  readonly settleSeconds: number;
}

/**
 * Parses the YAML of a scenario. Throws with the scenario's name and the place of what cannot be understood.
 */
export function parseScenario(text: string): Scenario {
  const raw = asObject(parse(text) as Json);
  const name = asText(raw['name']);
  const given = asList(raw['given']).map(asObject);
  const main = asText(raw['object']) || mainObject(given);
  return {
    name,
    about: asText(raw['about']),
    controllerArgs: asList(raw['controllerArgs']).map(textOf),
    watch: asList(raw['watch']).map(asText),
    metrics: asObject(raw['metrics']),
    web: asObject(raw['web']),
    given,
    steps: asList(raw['steps']).map((step, index) => {
      const source = asObject(step);
      try {
        return { source, action: parseAction(source, main) };
      } catch (cause) {
        throw new Error(`scenario ${name}: action ${index + 1} is not understood`, { cause });
      }
    }),
    settleSeconds: typeof raw['settle'] === 'number' ? raw['settle'] : 1,
  };
}

function mainObject(given: readonly JsonObject[]): string {
  const kinds = ['Rollout', 'AnalysisRun', 'Experiment'];
  const first = given.find((manifest) => kinds.includes(asText(manifest['kind'])));
  return first === undefined ? '' : objectName(first);
}

/** `Kind/name` of a manifest. */
export function objectName(manifest: JsonObject): string {
  return `${asText(manifest['kind'])}/${asText(dig(manifest, 'metadata', 'name'))}`;
}

function parseAction(source: JsonObject, main: string): Action {
  const { timeout, ...rest } = source;
  const [[key, value] = ['', null], ...more] = Object.entries(rest);
  if (more.length > 0) throw new Error(`more than one key: ${Object.keys(rest).join(', ')}`);
  const body = asObject(value);
  const target = { kind: asText(body['kind']), name: asText(body['name']) };
  switch (key) {
    case 'apply':
      return { kind: 'apply', manifests: (isList(value) ? value : [value]).map(asObject) };
    case 'patch':
      return {
        kind: 'patch',
        target,
        type: parsePatchType(body['type']),
        subresource: asText(body['subresource']) || null,
        body: body['body'] ?? null,
      };
    case 'plugin':
      return { kind: 'plugin', args: asList(value).map(textOf) };
    case 'scale':
      return { kind: 'scale', target, replicas: Number(body['replicas']) };
    case 'delete':
      return { kind: 'delete', target, propagation: asText(body['propagation']) || null };
    case 'metrics':
    case 'web':
      return { kind: key, answers: body };
    case 'wait':
      return { kind: 'wait', wait: parseWait(body, main), timeoutSeconds: Number(timeout ?? 40) };
    default:
      throw new Error(`unknown action ${key}`);
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsePatchType(type: Json | undefined): 'merge' | 'json' | 'strategic' {
  if (type === undefined || type === 'merge') return 'merge';
  if (type === 'json' || type === 'strategic') return type;
  throw new Error(`unknown patch type ${textOf(type)}`);
}

const waitKeys = ['object', 'phase', 'step', 'message', 'condition', 'until', 'event', 'gone', 'seconds'];

function parseWait(body: JsonObject, main: string): Wait {
  const strange = Object.keys(body).filter((key) => !waitKeys.includes(key));
  if (strange.length > 0) throw new Error(`unknown keys of wait: ${strange.join(', ')}`);
  return {
    object: asText(body['object']) || main,
    phase: asText(body['phase']) || null,
    step: typeof body['step'] === 'number' ? body['step'] : null,
    message: asText(body['message']) || null,
    condition: body['condition'] === undefined ? null : parseCondition(asText(body['condition'])),
    until: (isList(body['until']) ? body['until'] : asText(body['until']) ? [asText(body['until'])] : []).map(
      (test) => parseTest(asText(test)),
    ),
    event: body['event'] === undefined ? null : parseEvent(body['event']),
    gone: body['gone'] === true,
    seconds: typeof body['seconds'] === 'number' ? body['seconds'] : null,
  };
}

function parseCondition(text: string): ConditionTest {
  const [, type, status, reason] = /^([^=]+)=([^/]+)(?:\/(.+))?$/.exec(text) ?? [];
  if (type === undefined || status === undefined) throw new Error(`not a condition: ${text}`);
  return { type, status, reason: reason ?? null };
}

/** Parses `status.abort absent`, `spec.replicas=2`, `status.message~=text`. */
export function parseTest(text: string): Test {
  const bare = /^(\S+) (present|absent)$/.exec(text);
  if (bare !== null)
    return { path: bare[1] ?? '', operator: bare[2] === 'present' ? 'present' : 'absent', value: '' };
  const [, path, operator, value] = /^(.+?)(!=|>=|<=|~=|=)(.*)$/s.exec(text) ?? [];
  if (path === undefined || !isOperator(operator)) throw new Error(`not a test: ${text}`);
  return { path, operator, value: value ?? '' };
}

function isOperator(text: string | undefined): text is Operator {
  return ['=', '!=', '>=', '<=', '~='].includes(text ?? '');
}

function parseEvent(value: Json): EventTest {
  if (typeof value === 'string') return { reason: value, message: null, count: null };
  const body = asObject(value);
  return {
    reason: asText(body['reason']),
    message: asText(body['message']) || null,
    count: typeof body['count'] === 'number' ? body['count'] : null,
  };
}

/** All manifests that a scenario applies, also later ones. */
export function manifestsOf(scenario: Scenario): readonly JsonObject[] {
  const later = scenario.steps.flatMap(({ action }) => (action.kind === 'apply' ? action.manifests : []));
  return [...scenario.given, ...later];
}

/** Does a value anywhere in it have this key, with a value that is an object, a list or a scalar? */
export function hasKey(value: Json | undefined, key: string): boolean {
  if (isList(value)) return value.some((member) => hasKey(member, key));
  if (!isObject(value)) return false;
  return key in value || Object.values(value).some((member) => hasKey(member, key));
}
