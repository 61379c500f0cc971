import type { CompareOutcome } from '../../api/compare.ts';
import { ICONS, type Look } from '../../view/look.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/printable.ts';
import type { RunResult } from './runs.ts';

const LOOKS: Readonly<Record<CompareOutcome, Look>> = {
  Successful: 'good',
  Failed: 'bad',
  Inconclusive: 'unsure',
};

/** A run in words: what, when, why. */
export function runLines(
  { run, verdict, t, because, outcome, reason }: RunResult,
  paint: Paint,
): readonly string[] {
  const look = LOOKS[verdict];
  const name = run === '' ? '(run without a name)' : oneLine(run);
  const isOpen = because !== 'worse' && because !== 'proven';
  const ends = isOpen ? paint('dim', `; the analysis would end ${outcome}`) : '';
  return [
    `${paint(look, `${ICONS[look]} ${verdict}`)}  ${paint('title', name)}  at ${t}s${ends}`,
    `  ${oneLine(reason)}`,
  ];
}

/** How many runs came to what. */
export function summaryLine(results: readonly RunResult[]): string {
  const many = (verdict: CompareOutcome) => results.filter((one) => one.verdict === verdict).length;
  const runs = `${results.length} ${results.length === 1 ? 'run' : 'runs'}`;
  return `${runs}: ${many('Failed')} failed, ${many('Successful')} proven healthy, ${many('Inconclusive')} undecided`;
}

/** A run as one line of JSON. */
export function runJson({ evidence, ...result }: RunResult): string {
  const { run, verdict, t, reason, ...rest } = result;
  return JSON.stringify({ run, verdict, t, ...evidence, ...rest, reason });
}

/**
 * All runs as JUnit's XML: a failed run is a failure, an undecided one is skipped.
 * Source: https://github.com/testmoapp/junitxml
 */
export function junit(results: readonly RunResult[]): readonly string[] {
  const many = (verdict: CompareOutcome) => results.filter((one) => one.verdict === verdict).length;
  const counts = `tests="${results.length}" failures="${many('Failed')}" skipped="${many('Inconclusive')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="kubectl sluice analyze" ${counts}>`,
    ...results.map(testcase),
    '  </testsuite>',
    '</testsuites>',
  ];
}

function testcase({ run, verdict, t, reason }: RunResult): string {
  const head = `    <testcase classname="analyze" name="${xml(run)}" time="${t}"`;
  if (verdict === 'Successful') return `${head}/>`;
  const inner = verdict === 'Failed' ? 'failure' : 'skipped';
  return `${head}><${inner} message="${xml(reason)}"/></testcase>`;
}

function xml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return oneLine(text)
    .replaceAll(/[\uD800-\uDFFF](?![\uDC00-\uDFFF])|[\uFFFE\uFFFF]/g, '�')
    .replaceAll(/[&<>"]/g, (letter) => escapes[letter] ?? letter);
}
