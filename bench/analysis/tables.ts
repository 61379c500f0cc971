import type { Findings } from './findings.ts';
import type { Cell } from './measure.ts';
import { type Service, TROUBLES } from './service.ts';
import { aimsOf, failuresASecond, foundOf, meanExcess, outcomeIn, seriousOf, worstOf } from './summary.ts';

/** Rows of cells, the first of them the heads of the columns. */
export type Table = readonly (readonly string[])[];

/** What a trouble is called. */
export const TROUBLE_NAMES: Readonly<Record<(typeof TROUBLES)[number], string>> = {
  none: 'quiet',
  incident: 'incident',
  bursts: 'bursts',
  diurnal: 'a day',
  churn: 'pods change',
  slowStart: 'slow start',
};

/** The rules that were tried, in their order. */
export function rulesOf({ healthy }: Findings): readonly string[] {
  return Object.keys(healthy[0]?.outcomes ?? {});
}

/** What was aimed at, and reached. */
export function aimsTable(findings: Findings): Table {
  return [
    ['aim', 'at most', 'reached', ''],
    ...aimsOf(findings).map(({ what, most, reached, unit }) => [
      what,
      `${most} ${unit}`,
      `${decimal(reached)} ${unit}`,
      reached <= most ? 'yes' : 'no',
    ]),
  ];
}

/** Percent of healthy releases that each rule rolls back: by service where all is quiet, then the worst. */
export function falseAlarmsTable(findings: Findings): Table {
  const quiet = findings.healthy.filter(({ service }) => service.trouble === 'none');
  const others = TROUBLES.filter((trouble) => trouble !== 'none');
  return [
    ['rule', ...quiet.map(({ service }) => sizeOf(service)), ...others.map((one) => TROUBLE_NAMES[one])],
    ...rulesOf(findings).map((rule) => [
      rule,
      ...quiet.map((cell) => decimal(outcomeIn(cell, rule).rolledBack)),
      ...others.map((trouble) => decimal(worstOf(findings, rule, [trouble]))),
    ]),
  ];
}

/** Percent that each rule rolls back, minutes until then, failed requests: of releases that are worse. */
export function faultsTable(findings: Findings, ratio: number): Table {
  const cells = findings.faulty.filter(({ service }) => service.ratio === ratio);
  return [
    ['rule', ...cells.map(({ service }) => sizeOf(service))],
    ...rulesOf(findings).map((rule) => [rule, ...cells.map((cell) => threeOf(cell, rule))]),
  ];
}

function threeOf(cell: Cell, rule: string): string {
  const { rolledBack, minutes, excess } = outcomeIn(cell, rule);
  return `${Math.round(rolledBack)} / ${minutes === null ? '–' : decimal(minutes)} / ${Math.round(excess)}`;
}

/** Everything in a line a rule. */
export function summaryTable(findings: Findings): Table {
  const { faulty } = findings;
  const serious = seriousOf(findings);
  return [
    [
      'rule',
      'healthy, quiet, %',
      'incident, %',
      'bursts, %',
      `found, of ${faulty.length}`,
      `of ${serious.length}`,
      'failed requests, geometric mean',
      'failed requests, all',
    ],
    ...rulesOf(findings).map((rule) => [
      rule,
      ...(['none', 'incident', 'bursts'] as const).map((one) => decimal(worstOf(findings, rule, [one]))),
      String(foundOf(faulty, rule)),
      String(foundOf(serious, rule)),
      decimal(meanExcess(findings, rule)),
      String(Math.round(faulty.reduce((sum, cell) => sum + outcomeIn(cell, rule).excess, 0))),
    ]),
  ];
}

/** Releases whose steps end when health is proven. */
export function paceTable({ paced }: Findings): Table {
  const minutes = (value: number | null) => (value === null ? '–' : decimal(value));
  return [
    ['failures a second', 'canary', 'promoted, %', 'after minutes', 'rolled back, %', 'after minutes'],
    ...paced.map(({ service, promoted, rolledBack, minutesToPromote, minutesToRollBack }) => [
      String(failuresASecond(service)),
      service.ratio === 1 ? 'healthy' : `${service.ratio} times as bad`,
      decimal(promoted),
      minutes(minutesToPromote),
      decimal(rolledBack),
      minutes(minutesToRollBack),
    ]),
  ];
}

function sizeOf({ perSecond, badRate }: Service): string {
  return `${perSecond}/s, ${Number((badRate * 100).toPrecision(3))} %`;
}

/** Three figures at most behind nothing but what counts. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(value < 10 ? 2 : 1)));
}
