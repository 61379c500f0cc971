import { randomBytes } from 'node:crypto';
import { isObject } from '../../api/path.ts';
import { type Asked, type Loopback, serveLoopback, type Told } from './loopback.ts';

/** A message as Slack would show it. */
export interface Posted {
  readonly channel: string;
  readonly title: string;
  /** What is below the title, a line each. */
  readonly lines: readonly string[];
  /** The colour of its bar, `#rrggbb`; empty without one. */
  readonly color: string;
}

/** A stand-in for Slack: takes messages as its API does, and shows them to nobody but us. */
export interface Slack extends Loopback {
  /** To be put into the configuration as `apiURL`. */
  readonly apiUrl: string;
  /** The bot token that it asks for. */
  readonly token: string;
}

/**
 * Starts it. Only `chat.postMessage` with the right token is answered well.
 * Source: https://docs.slack.dev/reference/methods/chat.postMessage
 */
export async function startSlack(onPost: (posted: Posted) => void): Promise<Slack> {
  const token = `xoxb-demo-${randomBytes(18).toString('base64url')}`;
  const server = await serveLoopback((asked) => {
    const refused = whyRefused(asked, token);
    if (refused !== null) return json({ ok: false, error: refused });
    const posted = read(asked.body);
    if (posted === null) return json({ ok: false, error: 'invalid_json' });
    onPost(posted);
    return json({ ok: true, channel: posted.channel, ts: `${Date.now() / 1000}` });
  });
  return { ...server, apiUrl: `${server.url}/api/`, token };
}

function whyRefused({ method, path, headers }: Asked, token: string): string | null {
  if (method !== 'POST' || path !== '/api/chat.postMessage') return 'unknown_method';
  return headers['authorization'] === `Bearer ${token}` ? null : 'invalid_auth';
}

function json(body: object): Told {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function read(body: string): Posted | null {
  const message = parsed(body);
  if (message === null) return null;
  const attachments = listOf(message['attachments']);
  const blocks = [message, ...attachments].flatMap((part) => listOf(part['blocks']));
  return {
    channel: textOf(message['channel']),
    title: plain(textOf(message['text'])),
    lines: blocks.flatMap(blockLines),
    color: attachments.map((one) => textOf(one['color'])).find((color) => color !== '') ?? '',
  };
}

/** A section with its fields, or the elements of a context. */
function blockLines(block: Part): readonly string[] {
  const field = (part: Part) => plain(textOf(part['text'])).replace('\n', ': ');
  const { text } = block;
  return [
    ...listOf(block['fields']).map(field),
    ...(isObject(text) ? plain(textOf(text['text'])).split('\n') : []),
    ...listOf(block['elements']).map(field),
  ];
}

type Part = Readonly<Record<string, unknown>>;

function parsed(body: string): Part | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly Part[] {
  return Array.isArray(value) ? value.filter((one) => isObject(one)) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Slack's markup as plain text. */
function plain(text: string): string {
  return text
    .replace(/\*([^*\n]+)\*/g, '$1')
    .replace(/`([^`\n]+)`/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
