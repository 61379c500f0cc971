import { describeDuration, parseDuration } from '../../api/duration.ts';
import type { Issue, JsonObject } from '../../api/meta.ts';
import { at, isObject } from '../../api/path.ts';
import { gateConfig, readConfig } from '../../api/schema/step-plugins.ts';
import type { GateConfig } from '../../api/step-plugins.ts';
import { checkCondition } from '../expr/condition.ts';
import { clockTime, earlier, formatInstant, type Instant } from '../time.ts';
import { ended, NO_WANTS, type Sees, type StepConfig, type StepPlugin, type Turn } from './plugin.ts';
import { GATE } from './stored.ts';
import { type Vote, votesIn } from './votes.ts';
import { type Asking, askingIn, heard, memoOfAsking, requestFor } from './webhook.ts';

/**
 * Waits for people, for an annotation, or for a service that says yes. It never goes on by itself before its
 * time-out, and the release does not time out while it waits: docs/adr/0018-step-plugins.md.
 */
export const gate: StepPlugin<GateConfig> = { name: GATE, read, run };

function read(value: unknown, path: string): StepConfig<GateConfig> {
  const found = readConfig(gateConfig, value, path);
  const webhook = isObject(value) && isObject(value['webhook']) ? value['webhook'] : {};
  const conditions = ['successCondition', 'failureCondition'].flatMap((field) =>
    conditionIssues(at(path, 'webhook', field), webhook[field]),
  );
  if (found.kind === 'config')
    return conditions.length === 0 ? found : { kind: 'issues', issues: conditions };
  return { kind: 'issues', issues: [...found.issues, ...conditions] };
}

function conditionIssues(path: string, condition: unknown): readonly Issue[] {
  // Of another shape it is told of by the schema.
  const error = typeof condition === 'string' && condition !== '' ? checkCondition(condition) : null;
  return error === null ? [] : [{ path, message: error.message }];
}

/** What a gate is called, also in the keys of annotations. */
export function gateName({ name }: GateConfig, index: number): string {
  return name ?? `step-${index + 1}`;
}

/** Everything that one look at a gate finds out. */
interface View {
  readonly config: GateConfig;
  readonly sees: Sees;
  readonly gate: string;
  readonly token: string;
  /** Who approved, and when that was first seen. */
  readonly approvals: Readonly<Record<string, Instant>>;
  readonly rejection: Vote | null;
  readonly asking: Asking | null;
}

/** No gate needs more, and the status must stay small whatever is annotated. */
const MOST_APPROVALS = 50;

function run(config: GateConfig, memo: JsonObject, sees: Sees): Turn {
  const name = gateName(config, sees.index);
  // Begun anew, in a retry for instance, a gate has another token: what was said before is over.
  const token = `${sees.hash}-${Math.floor(sees.startedAt / 1000).toString(36)}`;
  const votes = votesIn(sees.rollout.metadata.annotations ?? {}, { gate: name, token }, approvers(config));
  const rejection = votes.find(({ says }) => says === 'reject') ?? null;
  const before = isObject(memo['approvals']) ? memo['approvals'] : {};
  const agreed = votes.filter(({ says }) => says === 'approve').slice(0, MOST_APPROVALS);
  const approvals = Object.fromEntries(agreed.map(({ who }) => [who, seenAt(before[who], sees.now)]));
  const asking = config.webhook === undefined ? null : askingIn(memo['webhook'], sees);
  const isAsked = asking !== null && !hasTimedOut(config, sees);
  const now = isAsked ? heard(config.webhook ?? never(), asking, questionId(token, asking), sees) : asking;
  return concluded({ config, sees, gate: name, token, approvals, rejection, asking: now });
}

function never(): never {
  throw new Error('a gate without a webhook asks nobody');
}

function approvers({ approvals }: GateConfig): readonly string[] | null {
  return approvals?.from ?? null;
}

function seenAt(before: unknown, now: Instant): Instant {
  return typeof before === 'number' ? before : now;
}

function questionId(token: string, { question }: Asking): string {
  return `${token}/${question}`;
}

function concluded(view: View): Turn {
  const { config, sees, rejection, asking } = view;
  const memo = memoOf(view);
  if (rejection !== null) {
    const comment = rejection.comment === '' ? '' : `: ${rejection.comment}`;
    return ended('Failed', `rejected by ${rejection.who}${comment}`, memo);
  }
  if (asking?.verdict === 'no') return ended('Failed', 'the webhook said no', memo);
  const keys = keysOf(view);
  const isOpen =
    config.require === 'any' ? keys.some((key) => key.isThere) : keys.every((key) => key.isThere);
  if (isOpen) {
    const said = keys.filter((key) => key.isThere).map((key) => key.said);
    return ended('Successful', said.join('; '), memo);
  }
  const overAt = timeOut(config, sees);
  if (overAt !== null && sees.now >= overAt) return timedOut(view, memo);
  return shut(view, memo, keys, overAt);
}

function memoOf({ config, sees, gate: name, token, approvals, asking }: View): JsonObject {
  const overAt = timeOut(config, sees);
  return {
    gate: name,
    token,
    ...(Object.keys(approvals).length === 0 ? {} : { approvals }),
    ...(asking === null ? {} : { webhook: memoOfAsking(asking) }),
    ...(overAt === null ? {} : { timeoutAt: formatInstant(overAt) }),
  };
}

/** One thing that the gate waits for. */
interface Key {
  readonly isThere: boolean;
  /** Where it is there. */
  readonly said: string;
  /** Where it is not. */
  readonly lacks: string;
}

function keysOf({ config, sees, approvals, asking }: View): readonly Key[] {
  const keys: Key[] = [];
  const onlyPeople = config.webhook === undefined && config.annotation === undefined;
  if (config.approvals !== undefined || onlyPeople) {
    const required = config.approvals?.required ?? 1;
    const given = Object.entries(approvals).sort(([, a], [, b]) => a - b);
    const names = given.map(([who, when]) => `${who} (${clockTime(when)})`).join(', ');
    const of = `${given.length} of ${required} approval${required === 1 ? '' : 's'}`;
    keys.push({
      isThere: given.length >= required,
      said: `approved by ${names}`,
      lacks: names === '' ? of : `${of}: ${names}`,
    });
  }
  if (config.annotation !== undefined)
    keys.push({
      isThere: sees.rollout.metadata.annotations?.[config.annotation] === sees.hash,
      said: `annotation ${config.annotation} is ${sees.hash}`,
      lacks: `annotation ${config.annotation} is not ${sees.hash}`,
    });
  if (asking !== null)
    keys.push({
      isThere: asking.verdict === 'yes',
      said: 'the webhook said yes',
      lacks: asking.trouble === '' ? 'the webhook has not said yes' : `webhook: ${asking.trouble}`,
    });
  return keys;
}

function timeOut({ timeout }: GateConfig, { startedAt }: Sees): Instant | null {
  const milliseconds = timeout === undefined ? null : parseDuration(timeout);
  return milliseconds === null ? null : startedAt + milliseconds;
}

function hasTimedOut(config: GateConfig, sees: Sees): boolean {
  const overAt = timeOut(config, sees);
  return overAt !== null && sees.now >= overAt;
}

function timedOut({ config, gate: name }: View, memo: JsonObject): Turn {
  const text = `gate ${name} was not opened within ${describeDuration(parseDuration(config.timeout ?? '0') ?? 0)}`;
  switch (config.onTimeout) {
    case 'proceed':
      return ended('Successful', `${text}; it goes on as onTimeout says`, memo);
    case 'pause':
      return {
        phase: 'Running',
        message: `${text}; waits for somebody to approve, promote or abort`,
        memo,
        wakeAt: null,
        wants: NO_WANTS,
      };
    case 'abort':
    case undefined:
      return ended('Failed', text, memo);
    default:
      return config.onTimeout satisfies never;
  }
}

function shut(view: View, memo: JsonObject, keys: readonly Key[], overAt: Instant | null): Turn {
  const { config, sees, asking, token } = view;
  const id = asking === null ? '' : questionId(token, asking);
  const request =
    config.webhook === undefined || asking === null
      ? null
      : requestFor(config.webhook, asking, { id, gate: view.gate, sees });
  const isResting = asking !== null && asking.verdict === 'open' && asking.nextAt > sees.now;
  const lacks = keys.filter((key) => !key.isThere).map((key) => key.lacks);
  return {
    phase: asking === null || asking.trouble === '' ? 'Running' : 'Error',
    message: `gate ${view.gate}: ${lacks.join(config.require === 'any' ? ' or ' : '; ')}`,
    memo,
    wakeAt: earlier(overAt, isResting ? asking.nextAt : null),
    wants: request === null ? NO_WANTS : { ...NO_WANTS, requests: [request] },
  };
}
