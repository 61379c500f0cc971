import { oneLine } from '../text/printable.ts';

/** One test of JUnit's report. */
export interface TestCase {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** Why it did not pass. */
  readonly message: string;
}

/**
 * Tests as JUnit's XML, for build servers.
 * Source: https://github.com/testmoapp/junitxml
 */
export function junit(cases: readonly TestCase[]): readonly string[] {
  const many = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const counts = `tests="${cases.length}" failures="${many('failure')}" errors="${many('error')}" skipped="${many('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="kubectl sluice analyze" ${counts}>`,
    ...cases.map(testcase),
    '  </testsuite>',
    '</testsuites>',
  ];
}

function testcase({ name, seconds, outcome, message }: TestCase): string {
  const head = `    <testcase classname="analyze" name="${xml(name)}" time="${seconds}"`;
  return outcome === 'passed' ? `${head}/>` : `${head}><${outcome} message="${xml(message)}"/></testcase>`;
}

function xml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return oneLine(text)
    .replaceAll(/[\uD800-\uDFFF](?![\uDC00-\uDFFF])|[\uFFFE\uFFFF]/g, '�')
    .replaceAll(/[&<>"]/g, (letter) => escapes[letter] ?? letter);
}
