import type { Argument } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { readField } from './field-ref.ts';

/** What arguments may refer to. */
export interface ArgumentSources {
  /** A Rollout or an Experiment. */
  readonly rollout: Manifest;
  readonly stableHash: string;
  readonly latestHash: string;
}

/** Arguments of a run, and what is wrong with them, in the order of the arguments. */
export interface Arguments {
  readonly args: readonly Argument[];
  readonly problems: readonly string[];
}

/**
 * The arguments of several templates together. One that has no value in one of them takes that of another,
 * and a literal comes before a reference. Two literals, or two references, must be the same.
 */
export function mergeArguments(lists: readonly (readonly Argument[])[]): Arguments {
  const merged = new Map<string, Argument>();
  const problems: string[] = [];
  for (const arg of lists.flat()) {
    const known = merged.get(arg.name);
    if (known === undefined || rankOf(arg) > rankOf(known)) merged.set(arg.name, arg);
    else if (rankOf(arg) === rankOf(known) && sourceOf(arg) !== sourceOf(known))
      problems.push(
        `Argument \`${arg.name}\` specified multiple times with different values: ` +
          `'${sourceOf(known)}', '${sourceOf(arg)}'`,
      );
  }
  return { args: [...merged.values()], problems };
}

/**
 * The templates' arguments with what the rollout hands to them. All values are resolved but those of Secrets.
 */
export function argumentsOf(
  wanted: readonly Argument[],
  handed: readonly Argument[],
  sources: ArgumentSources,
): Arguments {
  const problems: string[] = [];
  const args = wanted.map((arg) => {
    const given = handed.findLast(({ name }) => name === arg.name);
    const resolved = resolve(given !== undefined && rankOf(given) > 0 ? given : arg, sources);
    if (resolved.problem !== null) problems.push(resolved.problem);
    return resolved.arg;
  });
  return { args, problems };
}

function resolve(
  arg: Argument,
  sources: ArgumentSources,
): { readonly arg: Argument; readonly problem: string | null } {
  const { name, value, valueFrom } = arg;
  const literal = (text: string) => ({ arg: { name, value: text }, problem: null });
  const wrong = (problem: string) => ({ arg: { name }, problem });
  if (value !== undefined) return literal(value);
  if (valueFrom?.secretKeyRef !== undefined)
    return { arg: { name, valueFrom: { secretKeyRef: valueFrom.secretKeyRef } }, problem: null };
  if (valueFrom?.podTemplateHashValue === 'Stable') return literal(sources.stableHash);
  if (valueFrom?.podTemplateHashValue === 'Latest') return literal(sources.latestHash);
  if (valueFrom?.fieldRef === undefined) return wrong(`args.${name} was not resolved`);
  const field = readField(sources.rollout, valueFrom.fieldRef.fieldPath);
  return field.kind === 'text'
    ? literal(field.text)
    : wrong(`args.${name} was not resolved: ${field.message}`);
}

/** 2 for a literal, 1 for a reference, 0 for neither. */
function rankOf({ value, valueFrom }: Argument): 0 | 1 | 2 {
  if (value !== undefined) return 2;
  const { secretKeyRef, fieldRef, podTemplateHashValue } = valueFrom ?? {};
  return (secretKeyRef ?? fieldRef ?? podTemplateHashValue) === undefined ? 0 : 1;
}

/** How an argument's source is shown: a literal as it is, anything else by what it refers to. */
function sourceOf({ value, valueFrom }: Argument): string {
  if (value !== undefined) return value;
  if (valueFrom?.secretKeyRef !== undefined)
    return `Secret ${valueFrom.secretKeyRef.name}, key ${valueFrom.secretKeyRef.key}`;
  if (valueFrom?.fieldRef !== undefined) return valueFrom.fieldRef.fieldPath;
  return valueFrom?.podTemplateHashValue ?? '';
}
