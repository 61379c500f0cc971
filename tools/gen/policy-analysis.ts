import { bind, type Check, each, given, literal, rule, say, shown } from './policy-cel.ts';

const METRICS = 'variables.metrics';
const METRIC = `${METRICS}[i]`;
const PATH = say`spec.metrics[${shown('i')}]: `;

/** What the checks of a template refer to. */
export const ANALYSIS_VARIABLES: readonly (readonly [name: string, cel: string])[] = [
  ['metrics', 'object.spec.?metrics.orValue([])'],
  ['names', `${METRICS}.map(metric, metric.name)`],
];

/**
 * What the original refuses in the metrics of a template, whatever else is in the analysis. Numbers that come
 * from arguments are taken on trust.
 */
export function analysisChecks(): Readonly<Record<string, Check>> {
  return {
    metricNames: each(
      'i',
      METRICS,
      rule(
        'metric-name-again',
        'variables.names.indexOf(variables.names[i]) < i',
        say`${PATH}duplicate name '${`${METRIC}.name`}'`,
      ),
    ),
    counts: each('i', METRICS, countChecks()),
    limits: each('i', METRICS, ...limitChecks(), bothDisabled()),
    providers: each('i', METRICS, ...providerChecks()),
  };
}

/** Stands for a number that comes from an argument. */
const UNKNOWN = '-1000000000000';

/** A limit or a count as a number. */
function numberIn(field: string): string {
  const value = `${METRIC}.${field}`;
  const text = `string(${value})`;
  return [
    `!has(${value}) ? 0`,
    `type(${value}) == int ? int(${value})`,
    `${text} == '' ? 0`,
    `${text}.matches('^[-+]?0*[0-9]{1,9}$') ? int(${text})`,
    UNKNOWN,
  ].join(' : ');
}

function countChecks(): Check {
  const numbers = ['count', 'failureLimit', 'consecutiveSuccessLimit'].map((field) => `(${numberIn(field)})`);
  const [count, failures, successes] = ['n[0]', 'n[1]', 'n[2]'];
  return bind(
    'n',
    `[${numbers.join(', ')}]`,
    given(
      `n[0] > 0 && !(${UNKNOWN} in n)`,
      rule(
        'interval-missing',
        `${count} > 1 && ${METRIC}.?interval.orValue('') == ''`,
        say`${PATH}interval must be specified when count > 1`,
      ),
      rule(
        'count-too-small',
        `${failures} >= 0 && ${successes} >= 0 && ${count} < ${failures} + ${successes}`,
        say`${PATH}count (${shown(count)}) must be >= failureLimit + consecutiveSuccessLimit (${shown(failures)} + ${shown(successes)}) if both >= 0`,
      ),
    ),
  );
}

const LIMITS = [
  ['inconclusiveLimit', 'must be >= 0', '0'],
  ['consecutiveErrorLimit', 'must be >= 0', '0'],
  ['failureLimit', 'must be >= 0, or -1 to be disabled', '-1'],
  ['consecutiveSuccessLimit', 'must be >= 0', '0'],
] as const;

function limitChecks(): readonly Check[] {
  const noText = [...LIMITS.map(([field]) => field), 'count'].map((field) => {
    const value = `${METRIC}.${field}`;
    const isText = `type(${value}) == string && !string(${value}).contains('{{') && !string(${value}).matches('^[-+]?[0-9]*$')`;
    return rule(
      `${field}-text`,
      `has(${value}) && ${isText}`,
      say`${PATH}${literal(field)} must be a number`,
    );
  });
  const low = LIMITS.map(([field, reason, least]) =>
    bind(
      'limit',
      numberIn(field),
      rule(
        `${field}-low`,
        `limit != ${UNKNOWN} && limit < ${least}`,
        say`${PATH}${literal(`${field} ${reason}`)}`,
      ),
    ),
  );
  return [...noText, ...low];
}

function bothDisabled(): Check {
  return bind(
    'n',
    `[(${numberIn('failureLimit')}), (${numberIn('consecutiveSuccessLimit')})]`,
    rule(
      'limits-disabled',
      'n[0] == -1 && n[1] == 0',
      say`${PATH}failureLimit and consecutiveSuccessLimit cannot both be disabled`,
    ),
  );
}

function providerChecks(): readonly Check[] {
  const provider = `${METRIC}.?provider.orValue({})`;
  const plugins = `size(${METRIC}.?provider.?plugin.orValue({}))`;
  return [
    rule('provider-missing', `size(${provider}) == 0`, say`${PATH}no provider specified`),
    rule(
      'provider-several',
      `size(${provider}) > 1 || ${plugins} > 1`,
      say`${PATH}multiple providers specified`,
    ),
  ];
}
