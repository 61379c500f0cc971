import { hintOf, type NotifyAnswer, type NotifyRequest, type Verdict, verdictOfStatus } from './http.ts';
import type { Content } from './message-template.ts';
import { type Message, plainText } from './note.ts';
import type { SlackService } from './services.ts';

/** What is to be said: the built-in message, or what templates of the user made. */
export type Said =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'content'; readonly content: Content };

/** A request, and what had to be left out of it; null: nothing. */
export interface Packed {
  readonly request: NotifyRequest;
  readonly warning: string | null;
}

const COLORS: Readonly<Record<Message['tone'], string>> = {
  good: '#18be52',
  bad: '#e01e5a',
  warning: '#ecb22e',
  info: '#36c5f0',
};

/** Slack refuses longer ones. Source: https://docs.slack.dev/reference/block-kit/blocks/section-block */
const MOST_FIELDS = 10;
const LONGEST_FIELD = 2000;
const LONGEST_SECTION = 3000;

/**
 * The request that posts to Slack: `chat.postMessage` with a bot token, or an incoming webhook, which has
 * its channel in its address. Source: https://docs.slack.dev/reference/methods/chat.postMessage
 */
export function slackRequest(service: SlackService, recipient: string, said: Said): Packed {
  const { body, warning } = said.kind === 'message' ? messageBody(said.message) : contentBody(said.content);
  const look = said.kind === 'content' ? said.content.slack : { username: '', icon: '' };
  const username = look.username === '' ? service.username : look.username;
  const icon = iconOf(look.icon === '' ? service.icon : look.icon);
  const { access } = service;
  const all = {
    ...(access.kind === 'token' ? { channel: recipient } : {}),
    ...body,
    ...(username === '' ? {} : { username }),
    ...icon.fields,
    ...(service.disableUnfurl ? { unfurl_links: false, unfurl_media: false } : {}),
  };
  const isToken = access.kind === 'token';
  const request: NotifyRequest = {
    method: 'POST',
    url: isToken ? `${access.apiUrl}chat.postMessage` : access.url,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(isToken ? { authorization: `Bearer ${access.token}` } : {}),
    },
    body: JSON.stringify(all),
    insecure: service.insecure,
  };
  const warnings = [warning, icon.warning].filter((one) => one !== null);
  return { request, warning: warnings.length === 0 ? null : warnings.join('; ') };
}

/** What Slack's answer means. With a token a refusal comes with status 200. */
export function slackVerdict(service: SlackService, answer: NotifyAnswer): Verdict {
  const byStatus = verdictOfStatus(answer, hintOf(answer.body));
  if (service.access.kind === 'webhook' || byStatus.kind !== 'sent') return byStatus;
  const said = parsed(answer.body);
  if (said.ok === true) return { kind: 'sent' };
  const error = typeof said.error === 'string' ? said.error : 'an answer that is not JSON';
  const reason = `Slack: ${error}${adviceOn(error)}`;
  return PASSING.has(error) ? { kind: 'retry', reason, afterMs: null } : { kind: 'refused', reason };
}

const PASSING: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'an answer that is not JSON',
]);

function adviceOn(error: string): string {
  switch (error) {
    case 'not_in_channel':
    case 'channel_not_found':
      return ' (is the channel right, and has the app been invited to it?)';
    case 'invalid_auth':
    case 'not_authed':
    case 'token_revoked':
    case 'token_expired':
    case 'account_inactive':
      return ' (is the token in the Secret right?)';
    case 'missing_scope':
      return ' (the app needs chat:write, and chat:write.customize for username and icon)';
    default:
      return '';
  }
}

function parsed(body: string): { readonly ok?: unknown; readonly error?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

interface Body {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warning: string | null;
}

function messageBody(message: Message): Body {
  const fields = message.facts.slice(0, MOST_FIELDS).map(({ label, value }) => ({
    type: 'mrkdwn',
    text: cut(`*${escaped(label)}*\n${escaped(value)}`, LONGEST_FIELD),
  }));
  const reasons = cut(message.reasons.map(escaped).join('\n'), LONGEST_SECTION);
  const link = message.link === null ? '' : `  <${message.link.replace(/[<>|\s]/g, '')}|Open>`;
  const more = { type: 'mrkdwn', text: `\`${escaped(message.command)}\`${link}` };
  const blocks = [
    ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
    ...(reasons === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: reasons } }]),
    { type: 'context', elements: [more] },
  ];
  const attachment = { color: COLORS[message.tone], fallback: plainText(message), blocks };
  return { body: { text: `*${escaped(message.title)}*`, attachments: [attachment] }, warning: null };
}

function contentBody({ text, slack }: Content): Body {
  const attachments = listIn(slack.attachments);
  const blocks = listIn(slack.blocks);
  const wrong = [
    ...(attachments === null ? ['slack.attachments is not a JSON list and was left out'] : []),
    ...(blocks === null ? ['slack.blocks is not a JSON list and was left out'] : []),
  ];
  const body = {
    text,
    ...(attachments === null || attachments.length === 0 ? {} : { attachments }),
    ...(blocks === null || blocks.length === 0 ? {} : { blocks }),
  };
  return { body, warning: wrong.length === 0 ? null : wrong.join('; ') };
}

/** A JSON list made by a template; empty text is an empty list, and null stands for anything else. */
function listIn(source: string): readonly unknown[] | null {
  if (source.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(source);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function iconOf(icon: string): {
  readonly fields: Readonly<Record<string, string>>;
  readonly warning: string | null;
} {
  if (icon === '') return { fields: {}, warning: null };
  if (/^:.+:$/.test(icon)) return { fields: { icon_emoji: icon }, warning: null };
  if (/^https?:\/\/[^/]/.test(icon)) return { fields: { icon_url: icon }, warning: null };
  return { fields: {}, warning: 'icon is neither an :emoji: nor an address and was left out' };
}

/**
 * The three characters that mean something to Slack. Source:
 * https://docs.slack.dev/messaging/formatting-message-text
 */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
