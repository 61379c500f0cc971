// What `npm run bench -- analysis` runs: releases of simulated services, judged by our rule and by those of
// others. Nothing but this process is needed.
import { parseArgs } from 'node:util';
import { type Findings, findOut } from './findings.ts';
import { pageOf } from './page.ts';
import { aimsTable, falseAlarmsTable, faultsTable, paceTable, summaryTable, type Table } from './tables.ts';

const USAGE = `Usage: npm run bench -- analysis [FLAG...]

  --runs N    lives of each service (300). 2000 of them take a quarter of an hour
  --seed S    another seed makes other lives, the same one the same (1)
  -o FORMAT   text, json, or markdown: the page docs/evidence.md (text)
  --help      this text

Plays releases of 60 services, healthy ones in six kinds of trouble and such as fail 1.5, 2, 5 and 10 times as
often, and tells when sluice/compare and the usual rules of others roll them back. To publish what was found:

  npm run -s bench -- analysis --runs 2000 -o json > bench/analysis/published.json
  npm run gen
`;

/** What to print. */
type Format = 'text' | 'json' | 'markdown';

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly format: Format;
}

/** Runs it; the exit code is 2 where the flags are wrong. */
export function main(args: readonly string[]): number {
  const options = optionsOf(args);
  if (options === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (typeof options === 'string') {
    process.stderr.write(`bench: ${options}\n\n${USAGE}`);
    return 2;
  }
  const findings = findOut({ ...options, progress });
  process.stderr.write('\n');
  process.stdout.write(shown(findings, options.format));
  return 0;
}

function progress(done: number, all: number): void {
  process.stderr.write(`${process.stderr.isTTY ? '\r' : '\n'}service ${done + 1} of ${all}`);
}

/** Null: help is wanted. A text: what is wrong. */
function optionsOf(args: readonly string[]): Options | string | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '300' },
        seed: { type: 'string', default: '1' },
        output: { type: 'string', short: 'o', default: 'text' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [runs, seed] = [Number(values.runs), Number(values.seed)];
    if (!Number.isSafeInteger(runs) || runs < 1)
      return `--runs: "${values.runs}" is not a whole number from 1`;
    if (!Number.isSafeInteger(seed)) return `--seed: "${values.seed}" is not a whole number`;
    const format = formatOf(values.output);
    return format === null
      ? `-o: "${values.output}" is none of text, json, markdown`
      : { runs, seed, format };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function formatOf(text: string): Format | null {
  return text === 'text' || text === 'json' || text === 'markdown' ? text : null;
}

function shown(findings: Findings, format: Format): string {
  if (format === 'json') return `${JSON.stringify(findings, rounded, 2)}\n`;
  return format === 'markdown' ? pageOf(findings) : textOf(findings);
}

/** Six digits. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

function textOf(findings: Findings): string {
  const { seed, runs, cost } = findings;
  return [
    `${runs} lives of each service, seed ${seed}`,
    section('Aims', aimsTable(findings)),
    section(
      'Healthy releases that were rolled back, %; of troubles the worst service',
      falseAlarmsTable(findings),
    ),
    ...[1.5, 2, 5, 10].map((ratio) =>
      section(
        `${ratio} times as many failures: rolled back % / after minutes / requests failed by then`,
        faultsTable(findings, ratio),
      ),
    ),
    section('All in all', summaryTable(findings)),
    section('Steps that end when health is proven', paceTable(findings)),
    `${cost.judged} releases with a look each 15 seconds: ${cost.microsecondsPerLook.toFixed(0)} µs a look, ${cost.percentOfCore.toFixed(2)} % of a core`,
    '',
  ].join('\n\n');
}

function section(title: string, rows: Table): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return [title, ...rows.map(line)].join('\n');
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
