import { describeDuration, parseDuration } from '../../api/duration.ts';
import { formatInstant } from '../../core/time.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';
import { check } from '../lint/check.ts';
import { readSources } from '../lint/files.ts';
import { report as lintReport } from '../lint/report.ts';
import { adviceOn } from '../simulate/advice.ts';
import { type Given, givenIn, nameOf, objectsIn } from '../simulate/given.ts';
import { resultsOf } from '../simulate/outcome.ts';
import { type Plan, type Played, play } from '../simulate/play.ts';
import { playable } from '../simulate/providers.ts';
import { releasesOf } from '../simulate/release.ts';
import { type Report, reportJson, reportText } from '../simulate/report.ts';
import { isScenario, SCENARIOS, type ScenarioName } from '../simulate/scenario.ts';
import { sightsOf } from '../simulate/sights.ts';
import type { Stage } from '../simulate/stage.ts';
import { paintFor } from '../text/paint.ts';

/** Options of `simulate`, as they are typed. */
export interface SimulateOptions {
  readonly filename?: readonly string[];
  readonly scenario: string;
  readonly seed: string;
  readonly traffic: string;
  readonly image?: string;
  readonly release?: readonly string[];
  readonly promotePauses: string;
  readonly until: string;
  readonly webAnswer: string;
  readonly expect?: string;
  readonly output: string;
  readonly color: boolean;
}

/** The command line makes no sense. */
const USAGE = 2;
const DEFAULT_COLUMNS = 100;

/** What the options say, checked. */
interface Wanted {
  readonly scenario: ScenarioName;
  readonly seed: string;
  readonly perSecond: number;
  readonly promoteAfterMs: number | null;
  readonly untilMs: number;
  readonly webAnswer: string;
  readonly expect: 'promoted' | 'rolled-back' | null;
  readonly output: 'text' | 'wide' | 'json';
}

/**
 * `simulate -f FILE...`: what a release would do, in a simulated cluster and in virtual time. Exit code 1 for
 * manifests that cannot be released and for an outcome that is not the expected one, 2 for wrong usage.
 */
export async function simulate(
  io: Io,
  namespace: string,
  paths: readonly string[],
  options: SimulateOptions,
): Promise<number> {
  const wanted = wantedIn(options, paths);
  if (typeof wanted === 'string') {
    say(io.err, `Error: ${wanted}`, '(add --help for help)');
    return USAGE;
  }
  const paint = paintFor(io.out, io, options.color);
  const sources = await readSources(io, paths);
  const later = options.release === undefined ? null : await readSources(io, options.release);
  const checks = [check(sources), ...(later === null ? [] : [check(later)])];
  const wrong = checks.filter(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  if (wrong.length > 0) {
    for (const checked of wrong)
      say(io.err, ...lintReport(checked, 'text', paintFor(io.err, io, options.color)));
    return 1;
  }
  const given = givenIn(sources, namespace);
  const after = later === null ? null : objectsIn(later, namespace);
  const releases = releasesOf(given, { image: options.image ?? null, after });
  const { report, outcomes } = await played({ ...wanted, given, releases, ended: io.ended });
  const columns = io.out.size()?.columns ?? DEFAULT_COLUMNS;
  const manner = { detail: wanted.output === 'wide' ? 'all' : 'usual', columns, paint } as const;
  say(io.out, ...(wanted.output === 'json' ? [reportJson(report)] : reportText(report, manner)));
  if (wanted.expect === null || outcomes.every((outcome) => outcome === wanted.expect)) return 0;
  say(io.err, `Error: expected ${wanted.expect}, and it is ${outcomes.join(', ')}`);
  return 1;
}

async function played(
  wanted: Wanted & Pick<Plan, 'given' | 'releases' | 'ended'>,
): Promise<{ readonly report: Report; readonly outcomes: readonly string[] }> {
  const scenario = SCENARIOS[wanted.scenario];
  const stages: Stage[] = [];
  try {
    const result = await play({ ...wanted, scenario }, (stage) => stages.push(stage));
    const report = reportOf(result, wanted);
    return { report, outcomes: report.releases.map(({ outcome }) => outcome) };
  } finally {
    for (const stage of stages) await stage.end();
  }
}

function reportOf(result: Played, { given, ...wanted }: Wanted & { readonly given: Given }): Report {
  const scenario = SCENARIOS[wanted.scenario];
  const releases = resultsOf(result);
  const several = given.rollouts.length > 1;
  const advice = given.rollouts.flatMap((rollout) =>
    adviceOn(rollout, given.others).map((text) => (several ? `${rollout.metadata.name}: ${text}` : text)),
  );
  const promoted = [...result.promotions.values()].some((times) => times > 0);
  const made = result.made.map(({ object, why }) => `${nameOf(object)} was not given and is made up: ${why}`);
  return {
    scenario: wanted.scenario,
    says: scenario.says,
    seed: wanted.seed,
    perSecond: scenario.perSecond ?? wanted.perSecond,
    releasedAt: formatInstant(result.releasedAt),
    simulatedMs: Math.round(result.endMs - result.releasedMs),
    releases,
    made: [...given.notes, ...playable(given.others).notes, ...made],
    warnings: [
      ...advice,
      ...(promoted ? [sayPromotions(wanted.promoteAfterMs ?? 0)] : []),
      ...sightsOf(result, releases, { scenario, webAnswer: wanted.webAnswer }),
    ],
    before: result.before,
  };
}

function sayPromotions(afterMs: number): string {
  const time = afterMs === 0 ? 'at once' : `${describeDuration(afterMs)} later`;
  return `where a person was waited for, one promoted ${time} (--promote-pauses)`;
}

/** The options, or what is wrong with them. */
function wantedIn(options: SimulateOptions, paths: readonly string[]): Wanted | string {
  const { scenario, seed, traffic, promotePauses, until, expect = null, output, webAnswer } = options;
  if (paths.length === 0) return 'which files? Name some with -f; - stands for standard input';
  if (!isScenario(scenario))
    return `--scenario: there is no ${scenario}; there are ${Object.keys(SCENARIOS).join(', ')}`;
  const perSecond = Number(/^(\d{1,6}(?:\.\d+)?)(?:rps|\/s)?$/.exec(traffic)?.[1] ?? Number.NaN);
  if (Number.isNaN(perSecond)) return `--traffic: ${traffic} is not a rate such as 50rps`;
  const untilMs = parseDuration(until);
  if (untilMs === null || untilMs <= 0 || untilMs > LONGEST_MS)
    return `--until: ${until} is not a duration such as 1h, of at most 720h`;
  const [, after = ''] = /^(?:after=)?(.+)$/.exec(promotePauses) ?? [];
  const promoteAfterMs = after === 'never' ? null : parseDuration(after);
  if (promoteAfterMs === null && after !== 'never')
    return `--promote-pauses: ${promotePauses} is neither never nor after=30s`;
  if (expect !== null && expect !== 'promoted' && expect !== 'rolled-back')
    return `--expect: ${expect} is neither promoted nor rolled-back`;
  if (output !== 'text' && output !== 'wide' && output !== 'json')
    return `--output: ${output} is none of text, wide, json`;
  if (!isJson(webAnswer)) return '--web-answer is not JSON';
  if (options.image !== undefined && options.release !== undefined)
    return '--image and --release do not go together: the files of --release name the image';
  return { scenario, seed, perSecond, promoteAfterMs, untilMs, webAnswer, expect, output };
}

const LONGEST_MS = 720 * 3_600_000;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
