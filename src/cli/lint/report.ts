import { ICONS } from '../../view/look.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine, printable } from '../text/printable.ts';
import type { Checked } from './check.ts';
import type { Finding } from './finding.ts';

/** How findings are told. */
export type Format = 'text' | 'json' | 'github';

/** Findings as lines of output. */
export function report(checked: Checked, format: Format, paint: Paint): readonly string[] {
  switch (format) {
    case 'text':
      return [...checked.findings.map((finding) => textLine(finding, paint)), summary(checked, paint)];
    case 'json':
      return [JSON.stringify({ objects: checked.objects, findings: checked.findings }, null, 2)];
    case 'github':
      return checked.findings.map(githubLine);
    default:
      return format satisfies never;
  }
}

function textLine(finding: Finding, paint: Paint): string {
  const { file, line, column, severity, object } = finding;
  const where = `${file}:${line}:${column}`;
  const about = object === '' ? '' : ` ${paint('dim', `(${oneLine(object)})`)}`;
  return `${where}: ${paint(severity === 'error' ? 'bad' : 'warning', severity)}: ${told(finding)}${about}`;
}

function told({ path, message }: Finding): string {
  return printable(path === '' ? message : `${path}: ${message}`);
}

function summary({ findings, objects }: Checked, paint: Paint): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  const icon = errors > 0 ? paint('bad', ICONS.bad) : paint('good', ICONS.good);
  const outcome = `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  return `${icon} ${counted(objects, 'object')} checked: ${outcome}`;
}

/** Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions */
function githubLine(finding: Finding): string {
  const { file, line, column, severity, object } = finding;
  const fields = [`file=${field(file)}`, `line=${line}`, `col=${column}`, `title=${field(object)}`];
  return `::${severity} ${fields.join(',')}::${escaped(told(finding))}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function field(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
