import type { AnalysisPhase, Measurement, Metric } from '../../api/analysis.ts';
import type { Json, StringMap } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { formatInstant, type Instant } from '../time.ts';
import { KEPT } from './compare/kept.ts';
import { judge, type Unjudged } from './judge.ts';
import { type Mask, maskValues } from './mask.ts';
import type { Metadata, Reading } from './reading.ts';

/** When a measurement was begun and when its reading came. */
export interface Span {
  readonly startedAt: Instant;
  readonly at: Instant;
}

/**
 * A reading as it is kept in a run's status: judged, and with secrets hidden. `previous` is the same
 * measurement as it was when it was last looked at, null where it has just begun.
 */
export function measurementOf(
  metric: Pick<Metric, 'successCondition' | 'failureCondition'>,
  reading: Reading,
  previous: Measurement | null,
  span: Span,
  mask: Mask,
): Measurement {
  const metadata = { ...previous?.metadata, ...masked(reading.metadata ?? {}, mask) };
  const begun = {
    startedAt: previous?.startedAt ?? formatInstant(span.startedAt),
    ...(previous?.resumeAt === undefined ? {} : { resumeAt: previous.resumeAt }),
  };
  switch (reading.kind) {
    case 'running': {
      // Whatever the provider says, it is not asked without pause.
      const resumeAt = formatInstant(Math.max(reading.resumeAt, span.at + 1000));
      const said = reading.message === undefined ? {} : { message: mask(reading.message) };
      const running = { phase: 'Running', ...begun, resumeAt, ...said } as const;
      return withMetadata(running, { ...metadata, ...noted(reading.memo) });
    }
    case 'error': {
      const error = finished('Error', { ...begun, message: mask(reading.message) }, span.at);
      const later = reading.retryAt === undefined ? {} : { resumeAt: formatInstant(reading.retryAt) };
      return withMetadata({ ...error, ...later }, metadata);
    }
    case 'value': {
      const judgement = judge(metric, reading.value, span.at);
      const said =
        judgement.phase === 'Error'
          ? { message: explain(judgement, mask) }
          : {
              value: mask(reading.text),
              ...(reading.message === undefined ? {} : { message: mask(reading.message) }),
            };
      return withMetadata(finished(judgement.phase, { ...begun, ...said }, span.at), metadata);
    }
    case 'outcome': {
      const said = reading.message === null ? {} : { message: mask(reading.message) };
      const shown = reading.text === undefined ? {} : { value: mask(reading.text) };
      return withMetadata(finished(reading.phase, { ...begun, ...shown, ...said }, span.at), metadata);
    }
    default:
      return reading satisfies never;
  }
}

/**
 * A measurement that was under way and was ended because its run ended. `trouble` is what could not be ended,
 * null where all was.
 */
export function terminated(previous: Measurement, trouble: string | null, at: Instant): Measurement {
  const message = trouble === null ? 'Metric Terminated' : `Metric Terminated; ${trouble}`;
  return finished('Inconclusive', { ...previous, message }, at);
}

/** What a provider noted of a measurement under way; the counterpart of what `measurementOf` wrote. */
export function memoOf(measurement: Measurement): Json {
  const { [MEMO]: memo, ...rest } = measurement.metadata ?? {};
  return memo === undefined ? rest : (JSON.parse(memo) as Json);
}

/** Claims that a measurement has come to its end. */
export function isFinished(measurement: Measurement): boolean {
  return isCompleted(measurement.phase);
}

/** Claims that a phase is a last one. */
export function isCompleted(phase: AnalysisPhase | '' | undefined): boolean {
  return phase !== undefined && phase !== '' && phase !== 'Pending' && phase !== 'Running';
}

/** What a comparison goes on from is of numbers and hashes; with a digit hidden it would be lost. */
function masked(metadata: Metadata, mask: Mask): Metadata {
  const kept = metadata[KEPT];
  return { ...maskValues(metadata, mask), ...(kept === undefined ? {} : { [KEPT]: kept }) };
}

/** The reason may quote a part of the condition, and a part of a secret cannot be recognised. */
function explain({ what, reason }: Unjudged, mask: Mask): string {
  const shown = mask(what);
  return `${shown}: ${shown === what ? mask(reason) : 'the reason is not shown, as the condition holds a secret'}`;
}

const MEMO = 'memo';

/**
 * A memo that is a plain map of texts stands among the metadata, as the original's notes about Jobs do, so
 * that a measurement which the original began can be gone on with. Any other one is JSON under a key of its
 * own.
 */
function noted(memo: Json): Metadata {
  const isPlain = isObject(memo) && Object.values(memo).every((value) => typeof value === 'string');
  return isPlain && !(MEMO in memo) ? (memo as StringMap) : { [MEMO]: JSON.stringify(memo) };
}

function finished(phase: AnalysisPhase, rest: Omit<Measurement, 'phase'>, at: Instant): Measurement {
  return { ...rest, phase, finishedAt: formatInstant(at) };
}

function withMetadata(measurement: Measurement, metadata: Metadata): Measurement {
  return Object.keys(metadata).length === 0 ? measurement : { ...measurement, metadata };
}
