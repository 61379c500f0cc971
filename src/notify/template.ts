import type { Instant } from '../core/time.ts';
import { BUILTINS } from './template/builtins.ts';
import { run, type TemplateFunction } from './template/evaluate.ts';
import { parse } from './template/parser.ts';
import { LIST_FUNCTIONS } from './template/sprig-lists.ts';
import { TEXT_FUNCTIONS } from './template/sprig-text.ts';
import { NUMBER_FUNCTIONS, timeFunctions, VALUE_FUNCTIONS } from './template/sprig-values.ts';
import type { Node } from './template/syntax.ts';
import { Callable, type Dict, Fault, Moment, moment } from './template/values.ts';

export type { Dict, Value } from './template/values.ts';

/** A parsed template. */
export interface Template {
  readonly kind: 'template';
  readonly source: string;
  readonly nodes: readonly Node[];
}

/** What is wrong with a template, or what went wrong in it; the message begins with the line. */
export interface TemplateError {
  readonly kind: 'error';
  readonly message: string;
}

/** What a template has made. */
export type Rendered = { readonly kind: 'text'; readonly text: string } | TemplateError;

const TIMELESS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    ...BUILTINS,
    ...TEXT_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...VALUE_FUNCTIONS,
  }),
);
const TIMED: ReadonlySet<string> = new Set(Object.keys(timeFunctions(momentOf(0))));

/**
 * Parses a template in the language of Go's text/template with functions of sprig, as the notification
 * ConfigMap has them. An unknown function is an error here, not when the message is due.
 * Not supported: define, template, block, and functions that read the environment, files or the network.
 * Sources: https://pkg.go.dev/text/template and https://masterminds.github.io/sprig/
 */
export function parseTemplate(source: string): Template | TemplateError {
  return caught(source, () => ({
    kind: 'template',
    source,
    nodes: parse(source, (name) => TIMELESS.has(name) || TIMED.has(name)),
  }));
}

/**
 * Runs a template. `data` is the dot; under `time` it gets the functions Now and Parse. Ends within bounds
 * of steps and of text, reads own keys only, and has no effect but its result. A key that is not there
 * prints `<no value>`.
 */
export function render(template: Template, data: Dict, now: Instant): Rendered {
  const at = momentOf(now);
  const time = {
    Now: new Callable(() => at),
    Parse: new Callable(([value]) => moment(value)),
  };
  const functions = new Map([...TIMELESS, ...Object.entries(timeFunctions(at))]);
  return caught(template.source, () => ({
    kind: 'text',
    text: run(template.nodes, { data: { ...data, time }, functions }),
  }));
}

function momentOf(at: Instant): Moment {
  return new Moment(BigInt(Math.round(at)) * 1_000_000n, 'UTC');
}

function caught<Result>(source: string, work: () => Result): Result | TemplateError {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'error', message: 'the template is too deeply nested' };
    // Dates beyond what a calendar can tell are faults of the condition language, which lends us its dates.
    if (!(error instanceof Error)) throw error;
    const at = error instanceof Fault ? error.at : null;
    const line = at === null ? '' : `line ${source.slice(0, at).split('\n').length}: `;
    return { kind: 'error', message: line + error.message };
  }
}
