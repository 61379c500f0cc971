import { hintOf, type NotifyAnswer, type NotifyRequest, type Verdict, verdictOfStatus } from './http.ts';
import type { Content } from './message-template.ts';
import { type Message, plainText } from './note.ts';
import type { WebhookService } from './services.ts';

/** What the built-in body of a webhook says besides the message. */
export interface WebhookFacts {
  readonly namespace: string;
  readonly rollout: string;
  readonly trigger: string;
  readonly recipient: string;
}

/**
 * The request of a user's template for a webhook: method, path and body of its section, or else the message
 * as the body. Without a method it is GET, as in the notifications engine.
 */
export function webhookRequest(service: WebhookService, content: Content): NotifyRequest {
  const section = content.webhooks.get(service.name);
  const path = section?.path.trim() ?? '';
  const url = path === '' ? service.url : `${service.url.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  const body = section === undefined ? content.text : section.body;
  return requestTo(service, { method: section?.method ?? 'GET', url, body, type: null });
}

/**
 * The request of the built-in message: POST of JSON. `text` is the whole message, so that chats can show
 * it.
 */
export function builtinRequest(
  service: WebhookService,
  message: Message,
  facts: WebhookFacts,
): NotifyRequest {
  const body = JSON.stringify({
    text: plainText(message),
    title: message.title,
    tone: message.tone,
    ...facts,
    facts: Object.fromEntries(message.facts.map(({ label, value }) => [label, value])),
    reasons: message.reasons,
    ...(message.commit === null ? {} : { commit: message.commit }),
    command: message.command,
    ...(message.link === null ? {} : { link: message.link }),
  });
  return requestTo(service, { method: 'POST', url: service.url, body, type: 'application/json' });
}

/** Whether the address is an incoming webhook of Slack, which wants Slack's own form of message. */
export function isSlackAddress(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'hooks.slack.com' || host === 'hooks.slack-gov.com';
}

/** What a webhook's answer means: its status says all. */
export function webhookVerdict(answer: NotifyAnswer): Verdict {
  return verdictOfStatus(answer, hintOf(answer.body));
}

function requestTo(
  service: WebhookService,
  what: {
    readonly method: NotifyRequest['method'];
    readonly url: string;
    readonly body: string;
    readonly type: string | null;
  },
): NotifyRequest {
  const headers: Record<string, string> = what.type === null ? {} : { 'content-type': what.type };
  for (const { name, value } of service.headers) headers[name.toLowerCase()] = value;
  const { basicAuth, insecure } = service;
  if (basicAuth !== null)
    headers['authorization'] = `Basic ${base64(`${basicAuth.username}:${basicAuth.password}`)}`;
  return { method: what.method, url: what.url, headers, body: what.body === '' ? null : what.body, insecure };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
