import { parseDuration } from '../../api/duration.ts';
import type { Json, JsonObject } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { GateWebhook } from '../../api/step-plugins.ts';
import { evaluateCondition } from '../expr/condition.ts';
import type { Instant } from '../time.ts';
import type { Sees, StepReply, StepRequest } from './plugin.ts';

/** How far the questions to a service have come: a part of the gate's memo. */
export interface Asking {
  /** Number of the question that is under way or comes next; from 1. */
  readonly question: number;
  /** When it is asked. */
  readonly nextAt: Instant;
  readonly verdict: 'open' | 'yes' | 'no';
  /** Why the last answer was none; empty where it was one. */
  readonly trouble: string;
}

/** After trouble the service is left in peace for at least this long. */
const LEAST_REST_MS = 30_000;

/** What the memo says of the questions; the first where it says nothing. */
export function askingIn(memo: Json | undefined, { startedAt }: Sees): Asking {
  if (!isObject(memo)) return { question: 1, nextAt: startedAt, verdict: 'open', trouble: '' };
  const { question, nextAt, verdict, trouble } = memo as unknown as Partial<Asking>;
  return {
    question: typeof question === 'number' ? question : 1,
    nextAt: typeof nextAt === 'number' ? nextAt : startedAt,
    verdict: verdict === 'yes' || verdict === 'no' ? verdict : 'open',
    trouble: typeof trouble === 'string' ? trouble : '',
  };
}

/** As a part of a memo. */
export function memoOfAsking(asking: Asking): JsonObject {
  return { ...asking };
}

/** The question under way with its answer taken in, if there is one. */
export function heard(webhook: GateWebhook, asking: Asking, id: string, { now, replies }: Sees): Asking {
  const reply = asking.verdict === 'open' && now >= asking.nextAt ? replies[id] : undefined;
  if (reply === undefined) return asking;
  const intervalMs = parseDuration(webhook.interval ?? '30s') ?? LEAST_REST_MS;
  const { verdict, trouble } = judged(webhook, reply, now);
  const restMs = trouble === '' ? intervalMs : Math.max(intervalMs, LEAST_REST_MS);
  return { question: asking.question + 1, nextAt: now + restMs, verdict, trouble };
}

function judged(webhook: GateWebhook, reply: StepReply, now: Instant): Pick<Asking, 'verdict' | 'trouble'> {
  if (reply.kind === 'failure') return { verdict: 'open', trouble: reply.message };
  const value = reply.kind === 'json' ? reply.value : null;
  // Each by itself: an answer that is neither yes nor no is asked for again.
  for (const which of ['failureCondition', 'successCondition'] as const) {
    const source = webhook[which] ?? '';
    if (source === '') continue;
    const outcome = evaluateCondition(source, value, now);
    if (outcome.kind === 'error')
      return { verdict: 'open', trouble: `could not evaluate ${which} "${source}": ${outcome.message}` };
    if (outcome.value) return { verdict: which === 'successCondition' ? 'yes' : 'no', trouble: '' };
  }
  return { verdict: 'open', trouble: '' };
}

/** The request for the question that is due; null where none is. */
export function requestFor(
  webhook: GateWebhook,
  asking: Asking,
  about: { readonly id: string; readonly gate: string; readonly sees: Sees },
): StepRequest | null {
  if (asking.verdict !== 'open' || about.sees.now < asking.nextAt) return null;
  const method = webhook.method ?? 'GET';
  const body = webhook.jsonBody ?? description(about);
  return {
    kind: 'webhook',
    id: about.id,
    url: webhook.url,
    method,
    headers: webhook.headers ?? [],
    body: method === 'GET' ? null : JSON.stringify(body),
    timeoutSeconds: (parseDuration(webhook.timeout ?? '10s') ?? 10_000) / 1000,
    insecure: webhook.insecure ?? false,
  };
}

function description({ gate, sees }: { readonly gate: string; readonly sees: Sees }): JsonObject {
  const { name, namespace = '' } = sees.rollout.metadata;
  return { rollout: name, namespace, revision: sees.hash, gate, step: sees.index + 1 };
}
