import { describeDuration } from '../../api/duration.ts';
import { clockTime } from '../../core/time.ts';
import type { Entry } from '../../sim/timeline/entry.ts';
import type { VersionSample } from '../../sim/timeline/shares.ts';
import { type Detail, grouped, sayEntry } from '../../sim/timeline/words.ts';
import { ICONS, type Look } from '../../view/look.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/printable.ts';
import { chartOf } from './chart.ts';
import type { Count, Outcome, ReleaseResult } from './outcome.ts';

/** Everything that is told of a simulation. */
export interface Report {
  readonly scenario: string;
  /** What the new version is like: `a release that …`. */
  readonly says: string;
  readonly seed: string;
  readonly perSecond: number;
  /** RFC 3339. */
  readonly releasedAt: string;
  /** How long was simulated after the release, in milliseconds. */
  readonly simulatedMs: number;
  readonly releases: readonly ReleaseResult[];
  /** What was made because it was not given, and why. */
  readonly made: readonly string[];
  readonly warnings: readonly string[];
  /** Hashes of the old versions, by `namespace/name`. */
  readonly before: ReadonlyMap<string, string>;
}

/** How it is told. */
export interface Manner {
  readonly detail: Detail;
  readonly columns: number;
  readonly paint: Paint;
}

/** A simulation as lines for people. */
export function reportText(report: Report, manner: Manner): readonly string[] {
  const { says, seed, perSecond, releases, made, warnings } = report;
  const time = clockTime(Date.parse(report.releasedAt));
  const { paint } = manner;
  return [
    ...made.map((text) => `${paint('warning', ICONS.warning)} ${oneLine(text)}`),
    `Simulated: a release at ${time} that ${says}; ${perSecond} requests a second, seed ${seed}.`,
    ...releases.flatMap((release) => ['', ...releaseText(release, report, manner)]),
    ...(warnings.length === 0 ? [] : ['', paint('title', 'Worth knowing:')]),
    ...warnings.map((text) => `  ${paint('warning', ICONS.warning)} ${oneLine(text)}`),
  ];
}

function releaseText(release: ReleaseResult, report: Report, manner: Manner): readonly string[] {
  const { namespace, name, timeline, samples } = release;
  const { columns, paint, detail } = manner;
  const old = report.before.get(`${namespace}/${name}`) ?? '';
  return [
    paint('title', oneLine(`${namespace}/${name}`)),
    ...timeline.flatMap((entry) => entryLines(entry, detail, paint)),
    '',
    ...chartOf(samples, { old, columns, paint }),
    '',
    ...summaryOf(release, paint),
  ];
}

const TIME_WIDTH = 9;

function entryLines(entry: Entry, detail: Detail, paint: Paint): readonly string[] {
  const line = sayEntry(entry, detail);
  if (line === null) return [];
  const time = `+${describeDuration(entry.atMs)}`.padStart(TIME_WIDTH);
  const icon = line.look === null ? ' ' : paint(line.look, ICONS[line.look]);
  const indent = ' '.repeat(TIME_WIDTH + 4);
  return [
    `${paint('dim', time)}  ${icon} ${oneLine(line.text)}`,
    ...line.more.map((more) => `${indent}${paint('dim', oneLine(more))}`),
  ];
}

const LOOKS: Readonly<Record<Outcome, Look>> = {
  promoted: 'good',
  'rolled-back': 'bad',
  waiting: 'paused',
  stuck: 'bad',
  invalid: 'bad',
  unfinished: 'busy',
  unchanged: 'off',
};

function summaryOf(release: ReleaseResult, paint: Paint): readonly string[] {
  const { outcome, decidedMs, state, withoutCanary, old, copies } = release;
  const after = decidedMs === null ? '' : ` after ${describeDuration(decidedMs)}`;
  const head =
    outcome === 'promoted' || outcome === 'unchanged'
      ? ''
      : `: ${state.replace(/^(rolled back|stuck): /, '')}`;
  const failures = old.failures + release.new.failures + copies.failures;
  const beside = copies.requests === 0 ? '' : `; fresh copies ${sayCount(copies)}`;
  return [
    `${paint(LOOKS[outcome], `${ICONS[LOOKS[outcome]]} ${outcome}`)}${oneLine(`${after}${head}`)}`,
    `  requests: old version ${sayCount(old)}; new version ${sayCount(release.new)}${beside}`,
    ...(withoutCanary === null || failures + withoutCanary.failures === 0
      ? []
      : [
          `  failed: ${grouped(failures)}; if it had replaced the old version at once: about ${grouped(withoutCanary.failures)} of ${grouped(withoutCanary.requests)}`,
        ]),
  ];
}

function sayCount({ requests, failures }: Count): string {
  return `${grouped(requests)}${requests === 0 ? '' : `, ${failures === 0 ? 'none' : grouped(failures)} failed`}`;
}

/** A simulation for machines: one document with all of it. Times are milliseconds since the release. */
export function reportJson({ before, ...report }: Report): string {
  const releases = report.releases.map(({ samples, ...release }) => ({
    ...release,
    samples: thinned(samples).map(({ atMs, weight, versions, copies }) => ({
      atMs,
      weight,
      copies: copies.map(({ hash, pods, requests, failures }) => ({ hash, pods, requests, failures })),
      versions: versions.map(({ hash, pods, requests, failures }) => ({
        hash,
        isOld: hash === before.get(`${release.namespace}/${release.name}`),
        pods,
        requests,
        failures,
      })),
    })),
  }));
  return JSON.stringify({ ...report, releases }, null, 2);
}

const MOST_SAMPLES = 200;

/** Sums of neighbours, so that a day is not too much to read. */
function thinned(samples: ReleaseResult['samples']): ReleaseResult['samples'] {
  const each = Math.ceil(samples.length / MOST_SAMPLES);
  if (each <= 1) return samples;
  const groups = Object.values(Object.groupBy(samples, (_, i) => Math.floor(i / each)));
  return groups.flatMap((group = []) => {
    const last = group.at(-1);
    if (last === undefined) return [];
    const sum = (hash: string, field: 'requests' | 'failures') =>
      group
        .flatMap(({ versions, copies }) => [...versions, ...copies].filter((one) => one.hash === hash))
        .reduce((n, one) => n + one[field], 0);
    const summed = (version: VersionSample): VersionSample => ({
      ...version,
      requests: sum(version.hash, 'requests'),
      failures: sum(version.hash, 'failures'),
    });
    // Copies go before the samples end that are summed.
    const copies = new Map(group.flatMap((one) => one.copies).map((copy) => [copy.hash, copy]));
    return [{ ...last, versions: last.versions.map(summed), copies: [...copies.values()].map(summed) }];
  });
}
