import { labelsOf, METRIC_NAME } from './labels.ts';
import { isLabelName } from './series.ts';

/** One line of a page of metrics. */
export interface ExposedSample {
  /** With the name of the metric as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since the Unix epoch; null when the line does not say, as usual. */
  readonly atMs: number | null;
}

/** What a page says, or the first line that cannot be read. */
export type Exposed =
  | { readonly kind: 'samples'; readonly samples: readonly ExposedSample[] }
  | { readonly kind: 'error'; readonly message: string };

/** Bounds of a page: a pod has some hundred lines. */
export const MAX_PAGE_LENGTH = 4 * 1024 * 1024;
const MAX_SAMPLES = 20_000;

/**
 * Reads a page in Prometheus' text format 0.0.4. One bad line makes the whole page bad, as in Prometheus.
 * Comments, `# HELP` and `# TYPE` are passed over. Source:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function parseExposition(page: string): Exposed {
  if (page.length > MAX_PAGE_LENGTH) return wrong(`the page is longer than ${MAX_PAGE_LENGTH} characters`);
  const samples: ExposedSample[] = [];
  for (const [i, line] of page.split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const sample = parseLine(text);
    if (sample === null) return wrong(`line ${i + 1} cannot be read: ${JSON.stringify(text.slice(0, 200))}`);
    samples.push(sample);
    if (samples.length > MAX_SAMPLES) return wrong(`the page has more than ${MAX_SAMPLES} samples`);
  }
  return { kind: 'samples', samples };
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^\s*([a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\[\s\S])*)"\s*(,|(?=\}))/;
const TAIL = /^\s*(\S+)(?:\s+(-?\d+))?$/;

function parseLine(text: string): ExposedSample | null {
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return null;
  let rest = text.slice(name.length).trimStart();
  const labels = new Map([[METRIC_NAME, name]]);
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    for (let found = LABEL.exec(rest); found !== null; found = LABEL.exec(rest)) {
      const [whole, label = '', value = ''] = found;
      if (!isLabelName(label) || labels.has(label)) return null;
      labels.set(label, unescaped(value));
      rest = rest.slice(whole.length);
    }
    rest = rest.trimStart();
    if (!rest.startsWith('}')) return null;
    rest = rest.slice(1);
  }
  const [, number = '', at] = TAIL.exec(rest) ?? [];
  const value = readValue(number);
  if (value === null) return null;
  // Sorted, so that no label becomes anything else than a property of its own.
  const record = Object.fromEntries(labelsOf(labels).pairs);
  return { labels: record, value, atMs: at === undefined ? null : Number(at) };
}

// A backslash before any other character stands for itself.
function unescaped(value: string): string {
  return value.replace(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function readValue(text: string): number | null {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function wrong(message: string): Exposed {
  return { kind: 'error', message: `exposition: ${message}` };
}
