import { type Failure, isFailure, isUnknownKind } from '../shell/kube/failure.ts';
import { Refusal } from './refusal.ts';
import { printable } from './text/printable.ts';

/** An error as it is told to the user: what went wrong, and where it helps what to do about it. */
export function complaint(error: unknown): string {
  return printable(wordsOf(error));
}

function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (isFailure(error)) return ofFailure(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function ofFailure(failure: Failure): string {
  const said = withoutCall(failure.message);
  switch (failure.code) {
    case 'missing':
      return isUnknownKind(failure)
        ? `this cluster does not know the kind: are the CustomResourceDefinitions installed? (${said})`
        : said;
    case 'forbidden':
      return said;
    case 'unauthorized':
      return `the API server refused the credentials: ${said}`;
    case 'transient':
      return failure.facts.status === null ? `cannot reach the cluster: ${said}` : said;
    case 'throttled':
      return `the API server is too busy: ${said}`;
    case 'cancelled':
      return 'interrupted';
    case 'conflict':
    case 'exists':
    case 'invalid':
    case 'expired':
      return said;
    default:
      return failure.code satisfies never;
  }
}

/** `kube: get rollouts a/b: words (HTTP 404)` without what only developers want to know. */
function withoutCall(message: string): string {
  return message
    .replace(/^kube: (?:(?:get|list|watch|create|update|patch|delete) [^:]*: )?/, '')
    .replace(/ \(HTTP 4\d\d\)$/, '');
}
