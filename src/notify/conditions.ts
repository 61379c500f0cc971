import type { Issue } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import { type Compiled, check, compile, type Environment, evaluate } from '../core/expr/expr.ts';
import type { Value } from '../core/expr/value.ts';
import type { Instant } from '../core/time.ts';
import type { Read } from './config.ts';

/** One entry of a trigger: which templates to send, and when. */
export interface Condition {
  /** Null: always. */
  readonly when: Compiled | null;
  /** Its value stands for the transition: one message for each value. */
  readonly oncePer: Compiled | null;
  readonly send: readonly string[];
}

/** What expressions of triggers may refer to. */
const VARIABLES = ['rollout', 'analysisRuns'];

/** Reads `trigger.NAME`: a list of `when`, `oncePer`, `send`, `description`. */
export function parseConditions(
  value: unknown,
  path: string,
  isTemplate: (name: string) => boolean,
): Read<readonly Condition[]> {
  if (!Array.isArray(value)) return { value: null, issues: [{ path, message: 'must be a list' }] };
  const issues: Issue[] = [];
  const found = value.flatMap((item: unknown, index) => {
    const entry = isObject(item) ? item : {};
    const where = `${path}[${index}]`;
    const before = issues.length;
    const when = expression(entry['when'], `${where}.when`, issues);
    const oncePer = expression(entry['oncePer'], `${where}.oncePer`, issues);
    const send = namesIn(entry['send'], `${where}.send`, isTemplate, issues);
    return issues.length > before || send.length === 0 ? [] : [{ when, oncePer, send }];
  });
  return { value: found, issues };
}

function namesIn(
  value: unknown,
  path: string,
  isTemplate: (name: string) => boolean,
  issues: Issue[],
): readonly string[] {
  const list = value ?? [];
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
    issues.push({ path, message: 'must be a list of template names' });
    return [];
  }
  for (const name of list)
    if (!isTemplate(name)) issues.push({ path, message: `there is no template.${name}` });
  return list;
}

function expression(value: unknown, path: string, issues: Issue[]): Compiled | null {
  if (value === undefined || value === null || value === '') return null;
  const compiled = compile(typeof value === 'string' ? value : JSON.stringify(value));
  const error =
    compiled.kind === 'error' ? compiled : check(compiled, { variables: VARIABLES, functions: NONE });
  if (error !== null) issues.push({ path, message: error.message });
  return compiled.kind === 'error' ? null : compiled;
}

const NONE: Environment['functions'] = new Map();

/** Whether a condition holds, and the value of `oncePer`; an error is told and counts as no. */
export function holds(
  condition: Condition,
  data: Readonly<Record<string, unknown>>,
  now: Instant,
): { readonly holds: boolean; readonly once: string | null; readonly error: string | null } {
  const variables = new Map(VARIABLES.map((name) => [name, (data[name] ?? null) as Value] as const));
  const environment = { variables, functions: NONE, now };
  if (condition.when !== null) {
    const outcome = evaluate(condition.when, environment);
    if (outcome.kind === 'error') return { holds: false, once: null, error: outcome.message };
    if (outcome.value !== true) return { holds: false, once: null, error: null };
  }
  if (condition.oncePer === null) return { holds: true, once: null, error: null };
  const once = evaluate(condition.oncePer, environment);
  // Without the value the transition itself is what a message is sent for once.
  if (once.kind === 'error') return { holds: true, once: null, error: once.message };
  const { value } = once;
  return {
    holds: true,
    once: typeof value === 'string' ? value : JSON.stringify(jsonable(value)),
    error: null,
  };
}

function jsonable(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
