import type { ExprType } from './ast.ts';

/** What a function takes and gives. */
export interface Signature {
  readonly args: readonly ExprType[];
  /** How many of the last arguments may be left out. */
  readonly optional: number;
  /** The last argument may be there any number of times. */
  readonly repeated: boolean;
  readonly result: ExprType;
}

const VECTOR = 'instant vector';
const RANGE = 'range vector';

/**
 * The functions that the simulator evaluates, with the types that Prometheus gives them. Source:
 * https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  ...named(
    [
      'rate irate increase delta idelta deriv changes resets absent_over_time',
      'avg_over_time min_over_time max_over_time sum_over_time count_over_time stddev_over_time',
      'stdvar_over_time last_over_time present_over_time',
    ].join(' '),
    { args: [RANGE] },
  ),
  ...named('quantile_over_time', { args: ['scalar', RANGE] }),
  ...named('predict_linear', { args: [RANGE, 'scalar'] }),
  ...named(
    [
      'abs ceil floor exp ln log2 log10 sqrt sgn deg rad absent sort sort_desc timestamp',
      'acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh',
    ].join(' '),
    { args: [VECTOR] },
  ),
  ...named('minute hour day_of_week day_of_month day_of_year days_in_month month year', {
    args: [VECTOR],
    optional: 1,
  }),
  ...named('round', { args: [VECTOR, 'scalar'], optional: 1 }),
  ...named('clamp', { args: [VECTOR, 'scalar', 'scalar'] }),
  ...named('clamp_min clamp_max', { args: [VECTOR, 'scalar'] }),
  ...named('histogram_quantile', { args: ['scalar', VECTOR] }),
  ...named('label_replace', { args: [VECTOR, 'string', 'string', 'string', 'string'] }),
  ...named('label_join', { args: [VECTOR, 'string', 'string', 'string'], optional: 1, repeated: true }),
  ...named('vector', { args: ['scalar'] }),
  ...named('scalar', { args: [VECTOR], result: 'scalar' }),
  ...named('time pi', { args: [], result: 'scalar' }),
]);

function named(names: string, signature: Partial<Signature>): (readonly [string, Signature])[] {
  const whole = { args: [], optional: 0, repeated: false, result: VECTOR, ...signature } as const;
  return names.split(' ').map((name) => [name, whole]);
}
