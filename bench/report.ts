import type { Surroundings } from './machine.ts';
import { SCENARIOS, type Scenario } from './options.ts';
import { ORIGINAL_NOTE, REFERENCES } from './original.ts';
import type { Result } from './result.ts';
import { median } from './statistics.ts';

/** Everything that a run of the benchmarks found. */
export interface Report {
  readonly surroundings: Surroundings;
  /** The machine's load before and after. */
  readonly load: readonly [before: number, after: number];
  readonly results: readonly Result[];
}

/** The report for people. Columns are numbers of rollouts; a figure is the median of the runs. */
export function textOf({ surroundings, load, results }: Report): string {
  const { machine, cores, memoryGiB, system, node, sluice, from, kubernetes, at } = surroundings;
  const loads = load.map((one) => one.toFixed(1)).join(' to ');
  const head = [
    `Sluice ${sluice} (${from}) on Node ${node}, Kubernetes ${kubernetes}, ${at}`,
    `${cores} cores (${machine}), ${memoryGiB} GiB, ${system}; load ${loads}`,
    `The API server, etcd, the controller manager and the fake kubelet share these ${cores} cores with the`,
    'controller: wall times and reaction include their competition, requests and CPU seconds do not.',
    'Requests are without events, the election and watches.',
  ];
  const sections = SCENARIOS.flatMap((scenario) => sectionOf(scenario, results));
  return [...head, ...sections, '', ORIGINAL_NOTE, ''].join('\n');
}

function sectionOf(scenario: Scenario, results: readonly Result[]): readonly string[] {
  const mine = results.filter((result) => result.scenario === scenario);
  if (mine.length === 0) return [];
  const good = mine.filter(({ failure }) => failure === null);
  const sizes = [...new Set(good.map(({ rollouts }) => rollouts))];
  const at = (pick: (result: Result) => number | undefined) =>
    sizes.map((size) =>
      median(good.filter(({ rollouts }) => rollouts === size).map((result) => pick(result) ?? 0)),
    );
  const titles = sizes.map((size) => (size === null ? '' : `${size}`));
  const rows = [
    [scenario, ...titles, 'aim', 'original'],
    ...namesOf(good, 'figures').map((name) => [
      `  ${name}`,
      ...at(({ figures }) => figures[name]).map(numberText),
      ...referenceTexts(scenario, name),
    ]),
    ...namesOf(good, 'requestsEach').map((name) => [
      `    ${name}`,
      ...at(({ requestsEach }) => requestsEach[name]).map(numberText),
      '',
      '',
    ]),
  ];
  const failures = mine.flatMap(({ rollouts, failure }) =>
    failure === null ? [] : [`  FAILED (${rollouts ?? scenario}): ${failure}`],
  );
  return ['', ...table(rows), ...failures];
}

function namesOf(results: readonly Result[], part: 'figures' | 'requestsEach'): readonly string[] {
  return [...new Set(results.flatMap((result) => Object.keys(result[part])))];
}

function referenceTexts(scenario: Scenario, name: string): readonly string[] {
  const { aim = null, original = null } = REFERENCES[scenario][name] ?? {};
  return [aim === null ? '' : `<= ${aim}`, original === null ? '' : `${original}`];
}

/** Three figures are enough for anybody; thousands stay whole. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value === 0 || Math.abs(value) >= 100) return `${Math.round(value)}`;
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Lines of equal columns, the first to the left and all others to the right. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0
          ? cell.padEnd(Math.max(36, widths[0] ?? 0))
          : cell.padStart(Math.max(8, widths[column] ?? 0)),
      )
      .join('  ')
      .trimEnd(),
  );
}
