/** Labels of one series, in the order in which they are printed. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a family. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** All series of one name. */
export interface Family {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: Iterable<Sample>;
}

/**
 * Prints a family in Prometheus' text format. For values that are only computed when somebody asks for them:
 * prom-client would keep each series in memory and hash its labels again and again.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function printFamily({ name, kind, help, samples }: Family): string {
  let lines = '';
  for (const { labels, value } of samples) lines += `${name}${printLabels(labels)} ${value}\n`;
  return lines === '' ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines}`;
}

function printLabels(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `${text === '' ? '{' : ','}${name}="${escaped(labels[name] ?? '')}"`;
  return text === '' ? '' : `${text}}`;
}

function escaped(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
