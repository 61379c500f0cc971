import type { JsonObject } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import { PERSON } from '../api/step-plugins.ts';
import { GATE, memoIn } from '../core/steps/stored.ts';
import { type Vote, voteAnnotation } from '../core/steps/votes.ts';
import type { Action } from './actions.ts';

/** A gate that a rollout waits at now. */
export interface OpenGate {
  readonly name: string;
  /** Stands for this waiting of this gate. */
  readonly token: string;
  /** What it still waits for. */
  readonly message: string;
}

/** The gate that the release is at; null where there is none. */
export function waitingGate({ status = {} }: Rollout): OpenGate | null {
  if (status.abort === true) return null;
  const step = status.canary?.stepPluginStatuses?.find(
    ({ index, name, operation, finishedAt }) =>
      name === GATE && operation === 'Run' && index === status.currentStepIndex && finishedAt === undefined,
  );
  const { gate: name, token } = memoIn(step ?? null);
  if (typeof name !== 'string' || typeof token !== 'string') return null;
  return { name, token, message: step?.message ?? '' };
}

/** Label and annotation keys have at most this many characters after the slash. */
const MOST_CHARACTERS = 63;

/** Says something to a gate. Null where an annotation cannot hold that name. */
export function vote(open: OpenGate, given: Vote): Action | null {
  const [key, value] = voteAnnotation(given, open.name, open.token);
  const name = key.slice(key.indexOf('/') + 1);
  if (!PERSON.test(given.who) || name.length > MOST_CHARACTERS) return null;
  const annotations: JsonObject = { [key]: value };
  return { status: null, object: { metadata: { annotations } } };
}
