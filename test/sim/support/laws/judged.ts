import type { AnalysisRun, Measurement, MetricResult } from '../../../../src/api/analysis.ts';
import type { Observer, Scene } from './scene.ts';

/** What the templates of `applications.ts` say, in words of our own. */
const MOST_GOOD = 0.1;
const MOST_DOUBTFUL = 0.5;
const COUNT = 4;
const FAILURE_LIMIT = 1;

/** Every measurement has the phase of its value, and every analysis the phase of its measurements. */
export function judged(scene: Scene): Observer {
  return ({ kind, after }) => {
    if (kind.kind !== 'AnalysisRun' || after === null || scene.isUser()) return;
    const { metadata, spec, status } = after as unknown as AnalysisRun;
    const tell = (what: string): void => scene.tell('judged', `${metadata.name}: ${what}`);
    for (const result of status?.metricResults ?? []) {
      seeCounts(result, tell);
      if (result.name === 'compared') {
        for (const measurement of result.measurements ?? []) seeEvidence(measurement, tell);
        continue;
      }
      for (const measurement of result.measurements ?? []) seeMeasurement(result, measurement, tell);
      if (spec.terminate !== true) seeVerdict(result, tell);
    }
    const phases = (status?.metricResults ?? []).map(({ phase }) => phase);
    if (status?.phase === 'Successful' && phases.some((phase) => phase !== 'Successful'))
      tell(`is Successful with ${phases.join()}`);
  };
}

function seeMeasurement(
  { name }: MetricResult,
  { phase, value }: Measurement,
  tell: (what: string) => void,
): void {
  if (phase === 'Error' || phase === 'Running' || phase === 'Pending') return;
  const wanted = value === undefined ? 'none' : verdictOn(name, value);
  // What was under way when its run ended has no value.
  if (phase !== wanted && !(phase === 'Inconclusive' && value === undefined))
    tell(`${value ?? 'no value'} is ${phase}, not ${wanted}`);
}

/** A comparison fails a version for its errors, and with enough evidence only. */
function seeEvidence({ phase, value }: Measurement, tell: (what: string) => void): void {
  if (phase !== 'Failed') return;
  const evidence = JSON.parse(value ?? '{}') as Partial<Evidence>;
  const { e = 0, threshold = Number.POSITIVE_INFINITY, canary = { bad: 0 } } = evidence;
  if (e < threshold || canary.bad < 3) tell(`${value} is Failed`);
}

interface Evidence {
  readonly e: number;
  readonly threshold: number;
  readonly canary: { readonly bad: number };
}

function verdictOn(metric: string, value: string): 'Successful' | 'Failed' | 'Inconclusive' {
  const [first] = value.replace(/[[\]]/g, '').split(/[,\s]+/);
  const number = first === '' || first === undefined ? Number.NaN : Number(first);
  if (Number.isNaN(number) || number < MOST_GOOD) return 'Successful';
  return metric === 'doubts' && number <= MOST_DOUBTFUL ? 'Inconclusive' : 'Failed';
}

/** Ten measurements are kept, which is more than there are. */
function seeCounts(result: MetricResult, tell: (what: string) => void): void {
  const { measurements = [], successful = 0, failed = 0, inconclusive = 0, error = 0 } = result;
  const having = (phase: string) => measurements.filter((one) => one.phase === phase).length;
  const counted = [successful, failed, inconclusive, error];
  const seen = ['Successful', 'Failed', 'Inconclusive', 'Error'].map(having);
  if (measurements.length < 10 && counted.join() !== seen.join())
    tell(`${seen.join()} measurements are counted as ${counted.join()}`);
}

function seeVerdict(result: MetricResult, tell: (what: string) => void): void {
  const { phase, count = 0, failed = 0, inconclusive = 0 } = result;
  if (phase === 'Successful' && (count < COUNT || failed > FAILURE_LIMIT || inconclusive > 0))
    tell(
      `is Successful after ${count} measurements, of which ${failed} failed, ${inconclusive} left a doubt`,
    );
  if (phase === 'Failed' && failed <= FAILURE_LIMIT) tell(`is Failed after ${failed} failures`);
}
