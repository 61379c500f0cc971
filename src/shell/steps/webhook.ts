import { maskOf } from '../../core/analysis/mask.ts';
import type { StepReply, WebhookRequest } from '../../core/steps/plugin.ts';
import { parseJson } from '../../providers/json.ts';
import { Secrets } from '../analysis/secrets.ts';
import type { RequestsIo } from './requests.ts';

/** Longer answers are refused: what says yes or no is short. */
const MOST_CHARACTERS = 256 * 1024;

/**
 * Asks a webhook once, with headers out of Secrets of the rollout's namespace. Never rejects; messages hold
 * neither secrets nor bodies. Redirects to other hosts are refused, and there is a deadline over everything,
 * as for metric providers.
 */
export async function askWebhook(
  io: RequestsIo,
  request: WebhookRequest,
  namespace: string,
  signal: AbortSignal,
): Promise<StepReply> {
  const secrets = new Secrets(io.client, namespace);
  const headers = await headersOf(request, secrets, signal);
  if ('message' in headers) return { kind: 'failure', message: headers.message };
  const { url, method, body, insecure, timeoutSeconds } = request;
  const answer = await io.fetch({
    url,
    method,
    headers: headers.values,
    body,
    repeatable: method === 'GET',
    insecure,
    timeoutSeconds,
    deadline: signal,
  });
  const mask = maskOf(secrets.seen);
  if (answer.kind === 'failure') return { kind: 'failure', message: mask(answer.message) };
  if (answer.status < 200 || answer.status > 299)
    return { kind: 'failure', message: `answered with status ${answer.status}` };
  if (answer.body.length > MOST_CHARACTERS) return { kind: 'failure', message: 'the answer is too long' };
  const parsed = parseJson(answer.body);
  if (parsed.kind === 'text') return { kind: 'failure', message: 'the answer is not JSON' };
  return { kind: 'json', value: parsed.value };
}

type Headers = { readonly values: Readonly<Record<string, string>> } | { readonly message: string };

async function headersOf(request: WebhookRequest, secrets: Secrets, signal: AbortSignal): Promise<Headers> {
  const values: Record<string, string> = {};
  if (request.body !== null) values['content-type'] = 'application/json';
  for (const { key, value, valueFrom } of request.headers) {
    const name = key.toLowerCase();
    if (valueFrom === undefined) {
      values[name] = value ?? '';
      continue;
    }
    const found = await secrets.secret({ namespace: null, ...valueFrom.secretKeyRef }, signal);
    if (found.kind === 'error') return { message: `header ${key}: ${found.message}` };
    // A file that ends with a line break is the usual way to make a Secret, and no header has one.
    const line = found.value.trim();
    if (/[\r\n\0]/.test(line)) return { message: `header ${key}: the Secret holds more than one line` };
    values[name] = line;
  }
  return { values };
}
