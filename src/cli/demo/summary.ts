import type { Paint } from '../text/paint.ts';
import { type Cell, cell, table } from '../text/table.ts';
import type { Account, Cost, ReleaseAccount } from './account.ts';

/** The demo in numbers, for people. */
export function summary(
  { tookMs, releases, versions, total, tested, unanswered, costs }: Account,
  paint: Paint,
): readonly string[] {
  const why = [...unanswered].map(([reason, count]) => `${number(count)} ${reason}`).join(', ');
  const requests = [...versionRows(versions), [cell('all'), ...counts(total.requests, total.failures)]];
  const tests = [
    paint('title', 'Requests of testers, to the preview'),
    ...indented(table(versionRows(tested), paint)),
  ];
  return [
    paint('title', `Releases, in ${seconds(tookMs)} in all`),
    ...indented(table(releases.map(releaseRow), paint)),
    '',
    paint('title', 'Requests of users'),
    ...indented(table(requests, paint)),
    ...(why === '' ? [] : [`  Of none: ${why}`]),
    ...(tested.length === 0 ? [] : ['', ...tests]),
    ...costs.flatMap((cost) => ['', ...costLines(cost, paint)]),
  ];
}

function versionRows(versions: Account['versions']): readonly (readonly Cell[])[] {
  const heading = [cell('VERSION', 'title'), cell('REQUESTS', 'title'), cell('FAILED', 'title')];
  const rows = versions.map(({ version, requests, failures }) => [
    cell(version === '' ? 'answered by none' : version),
    ...counts(requests, failures),
  ]);
  return [heading, ...rows];
}

function counts(requests: number, failures: number): readonly Cell[] {
  return [cell(number(requests)), cell(number(failures), failures === 0 ? 'good' : 'bad')];
}

function releaseRow({ tag, message, outcome, tookMs, weights }: ReleaseAccount): readonly Cell[] {
  const held = weights.map(({ weight, forMs }) => `${weight} % for ${seconds(forMs)}`).join(', ');
  const ended = outcome ?? 'not ended';
  return [
    cell(tag),
    cell(message),
    cell(ended, outcome === 'promoted' ? 'good' : outcome === null ? 'dim' : 'bad'),
    cell(tookMs === null ? '' : `after ${seconds(tookMs)}`),
    cell(held),
  ];
}

function costLines(cost: Cost, paint: Paint): readonly string[] {
  return [paint('title', `What ${cost.version} cost`), ...indented(costText(cost))];
}

function costText(cost: Cost): readonly string[] {
  const { requests, failures, failureRate, all, fromMs, toMs, withoutCanary } = cost;
  const got = `${number(requests)} that it got in ${seconds(toMs - fromMs)}`;
  const rate = `${(failureRate * 100).toFixed(1)} %`;
  if (requests === 0) return ['Nothing: no request of a user ever got to it.'];
  if (failures === 0) {
    const without = `Without a canary it would have got all ${number(all)} requests of that time.`;
    return [`No failed request, of the ${got}. ${without}`];
  }
  return [
    `${number(failures)} failed requests: ${rate} of the ${got}.`,
    `Without a canary it would have got all ${number(all)} requests of that time, and about`,
    `${number(withoutCanary)} would have failed: ${rate} of ${number(all)}.`,
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
