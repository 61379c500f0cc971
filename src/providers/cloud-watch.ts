import { parseDuration } from '../api/duration.ts';
import type { JsonObject } from '../api/meta.ts';
import type { CloudWatchMetric, CloudWatchQuery, CloudWatchStat } from '../api/providers.ts';
import { cloudWatchMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import type { Instant } from '../core/time.ts';
import { awsCredentials } from './aws/credentials.ts';
import { endpointOf, isRegion, regionOf } from './aws/region.ts';
import { signing } from './aws/sign.ts';
import { readingOf } from './cloud-watch-answer.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { type Answered, askJson, type Question } from './service.ts';

const who = 'cloudWatch';
const defaultInterval = '5m';
const timeoutSeconds = 30;

/**
 * Asks Amazon CloudWatch (GetMetricData). The value is the list of results as CloudWatch has it: `Id`,
 * `Label`, `StatusCode`, `Timestamps` as texts, and `Values`, a list of floats, the newest first. Region and
 * credentials are the controller's own. Difference to the original: a result that could not be read, may
 * not be, or is only a part is an error, where the original judges what there is. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const cloudWatch: MetricProvider<CloudWatchMetric> = { name: who, schema: cloudWatchMetric, start };

async function start(metric: CloudWatchMetric, ask: Ask): Promise<Reading> {
  const interval = metric.interval || defaultInterval;
  const milliseconds = parseDuration(interval);
  if (milliseconds === null) return refuse(`interval "${interval}" is not a duration`);
  const queries = metric.metricDataQueries.map(queryOf);
  const wrong = queries.find((query) => query.kind === 'error');
  if (wrong !== undefined) return wrong;
  if (queries.length === 0) return refuse('there are no metricDataQueries');
  const fields = queries.map((query) => (query.kind === 'query' ? query.fields : {}));
  const asked = await askCloudWatch(fields, { from: ask.now - milliseconds, to: ask.now }, ask);
  return asked.kind === 'error' ? asked : readingOf(asked.question, asked.value);
}

/** Asks about a span of time, in queries as CloudWatch wants them, and returns what it answers. */
export async function askCloudWatch(
  queries: readonly JsonObject[],
  { from, to }: { readonly from: Instant; readonly to: Instant },
  ask: Ask,
): Promise<Answered | ErrorReading> {
  const region = await regionOf('', ask);
  if (region === '') return refuse('no region: set AWS_REGION for the controller');
  if (!isRegion(region)) return refuse(`"${region}" is no region of AWS`);
  const credentials = await awsCredentials({ who, region, profile: '', roleArn: '' }, ask);
  if (credentials.kind === 'error') return credentials;
  const { secretAccessKey, sessionToken } = credentials;
  const body = { StartTime: from / 1000, EndTime: to / 1000, MetricDataQueries: queries };
  const question: Question = {
    who,
    secrets: [secretAccessKey, sessionToken ?? ''],
    method: 'POST',
    url: `${endpointOf('monitoring', region, ask).replace(/\/+$/, '')}/`,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
    },
    body: JSON.stringify(body),
    timeoutSeconds,
  };
  const fetch = signing(ask.fetch, credentials, { service: 'monitoring', region, now: ask.now });
  const parsed = await askJson(question, { ...ask, fetch });
  return parsed.kind === 'error' ? parsed : { kind: 'answered', question, value: parsed.value };
}

type Query = { readonly kind: 'query'; readonly fields: JsonObject } | ErrorReading;

function queryOf(query: CloudWatchQuery): Query {
  const { id = '', expression, label, metricStat, period, returnData } = query;
  const seconds = period === undefined ? null : secondsOf(period);
  if (seconds === 'wrong') return refuse(`the period of query "${id}" is not a number of seconds`);
  const stat = metricStat === undefined ? null : statOf(metricStat);
  if (stat === 'wrong')
    return refuse(`the period of the metricStat of query "${id}" is not a number of seconds`);
  return {
    kind: 'query',
    fields: {
      Id: id,
      ...(expression === undefined ? {} : { Expression: expression }),
      ...(label === undefined ? {} : { Label: label }),
      ...(stat === null ? {} : { MetricStat: stat }),
      ...(seconds === null ? {} : { Period: seconds }),
      ...(returnData === undefined ? {} : { ReturnData: returnData }),
    },
  };
}

function statOf({ metric = {}, period, stat, unit }: CloudWatchStat): JsonObject | 'wrong' {
  const seconds = period === undefined ? null : secondsOf(period);
  if (seconds === 'wrong') return 'wrong';
  const { namespace, metricName, dimensions } = metric;
  return {
    Metric: {
      ...(namespace === undefined ? {} : { Namespace: namespace }),
      ...(metricName === undefined ? {} : { MetricName: metricName }),
      ...(dimensions === undefined
        ? {}
        : { Dimensions: dimensions.map(({ name = '', value = '' }) => ({ Name: name, Value: value })) }),
    },
    ...(seconds === null ? {} : { Period: seconds }),
    ...(stat === undefined ? {} : { Stat: stat }),
    ...(unit === undefined || unit === '' ? {} : { Unit: unit }),
  };
}

function secondsOf(period: number | string): number | 'wrong' {
  const seconds =
    typeof period === 'number' ? period : /^\d{1,9}$/.test(period) ? Number(period) : Number.NaN;
  return Number.isInteger(seconds) && seconds > 0 ? seconds : 'wrong';
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `${who}: ${reason}`, retryable: false };
}
