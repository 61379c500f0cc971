import type { Findings } from './findings.ts';
import type { Cell, Outcome } from './measure.ts';
import { OURS } from './rules.ts';
import type { Service, Trouble } from './service.ts';

const NOTHING: Outcome = { rolledBack: Number.NaN, minutes: null, excess: Number.NaN };

/** What a rule made of a service. */
export function outcomeIn(cell: Cell | undefined, rule: string): Outcome {
  return cell?.outcomes[rule] ?? NOTHING;
}

/** The worst part of healthy releases that a rule rolled back, in percent, in some troubles. */
export function worstOf({ healthy }: Findings, rule: string, troubles: readonly Trouble[]): number {
  const some = healthy.filter(({ service }) => troubles.includes(service.trouble));
  return Math.max(...some.map((cell) => outcomeIn(cell, rule).rolledBack));
}

/** Releases that fail five and ten times as often: what a rule is for. */
export function seriousOf({ faulty }: Findings): readonly Cell[] {
  return faulty.filter(({ service }) => service.ratio >= 5);
}

/** The geometric mean of failed requests until a rule had rolled back, over the serious ones. */
export function meanExcess(findings: Findings, rule: string): number {
  const logs = seriousOf(findings).map((cell) => Math.log(outcomeIn(cell, rule).excess));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** Of some cells how many a rule finds in at least 80 % of the lives. */
export function foundOf(cells: readonly Cell[], rule: string): number {
  return cells.filter((cell) => outcomeIn(cell, rule).rolledBack >= 80).length;
}

/** Failures of the stable version in a second, rounded. */
export function failuresASecond({ perSecond, badRate }: Service): number {
  return Number((perSecond * badRate).toPrecision(3));
}

/** Something that was aimed at, and what came of it. Both in one unit. */
export interface Aim {
  readonly what: string;
  readonly most: number;
  readonly reached: number;
  readonly unit: '%' | 'min' | 'requests' | '% of a core';
}

const FIRST_LOOK = 0.25;

/** The aims, with what ours comes to. */
export function aimsOf(findings: Findings): readonly Aim[] {
  const { healthy, paced, cost } = findings;
  const slowest = (ratio: number, isRare: boolean): number =>
    Math.max(
      ...seriousOf(findings)
        .filter(({ service }) => service.ratio === ratio && failuresASecond(service) >= 0.1)
        .filter(({ service }) => failuresASecond(service) < 1 === isRare)
        .map((cell) => outcomeIn(cell, OURS).minutes ?? Number.POSITIVE_INFINITY),
    );
  const middle = paced.find(({ service }) => failuresASecond(service) === 1 && service.ratio === 1);
  return [
    {
      what: 'healthy releases rolled back, in the worst of all services and troubles',
      most: 1,
      reached: Math.max(...healthy.map((cell) => outcomeIn(cell, OURS).rolledBack)),
      unit: '%',
    },
    {
      what: 'five times as many failures, 0.1 a second: found',
      most: 5,
      reached: slowest(5, true),
      unit: 'min',
    },
    { what: 'ten times as many, 0.1 a second: found', most: 2, reached: slowest(10, true), unit: 'min' },
    {
      what: 'five times as many, 1 a second and more: found',
      most: 1,
      reached: slowest(5, false),
      unit: 'min',
    },
    {
      what: 'ten times as many, 1 a second and more: found',
      most: FIRST_LOOK,
      reached: slowest(10, false),
      unit: 'min',
    },
    {
      what: 'failed requests until then, geometric mean over the twelve',
      most: 11,
      reached: meanExcess(findings, OURS),
      unit: 'requests',
    },
    {
      what: 'a healthy release promoted, with steps that end when it is proven, 1 failure a second',
      most: 7.5,
      reached: middle?.minutesToPromote ?? Number.POSITIVE_INFINITY,
      unit: 'min',
    },
    {
      what: 'judging 1,000 releases with a look each 15 seconds',
      most: 5,
      reached: cost.percentOfCore,
      unit: '% of a core',
    },
  ];
}
