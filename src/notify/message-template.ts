import type { Issue } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { Instant } from '../core/time.ts';
import type { Read } from './config.ts';
import type { NotifyRequest } from './http.ts';
import { type Dict, parseTemplate, render, type Template } from './template.ts';

/**
 * What `template.NAME` makes: parts for different services. Parts for services that we do not have are
 * ignored.
 */
export interface MessageTemplate {
  readonly message: Template | null;
  readonly slack: Readonly<Record<SlackPart, Template | null>> | null;
  /** By service name. */
  readonly webhooks: ReadonlyMap<string, WebhookTemplate>;
}

export type SlackPart = 'attachments' | 'blocks' | 'username' | 'icon';

/** Method, path and body of one webhook. */
export interface WebhookTemplate {
  readonly method: NotifyRequest['method'] | null;
  readonly path: Template | null;
  readonly body: Template | null;
}

/** A message made by templates of the user. Absent parts are empty. */
export interface Content {
  readonly text: string;
  readonly slack: Readonly<Record<SlackPart, string>>;
  readonly webhooks: ReadonlyMap<string, WebhookContent>;
}

/** What a template says for one webhook. */
export interface WebhookContent {
  readonly method: NotifyRequest['method'] | null;
  readonly path: string;
  readonly body: string;
}

const SLACK_PARTS = ['attachments', 'blocks', 'username', 'icon'] as const;
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Reads one template of the ConfigMap; every part is parsed now. */
export function parseMessageTemplate(value: unknown, path: string): Read<MessageTemplate> {
  if (!isObject(value))
    return { value: null, issues: [{ path, message: 'must be a map of message, slack, webhook' }] };
  const issues: Issue[] = [];
  const part = (source: unknown, where: string): Template | null => {
    if (source === undefined || source === null || source === '') return null;
    if (typeof source !== 'string') {
      issues.push({ path: where, message: 'must be a string' });
      return null;
    }
    const template = parseTemplate(source);
    if (template.kind === 'template') return template;
    issues.push({ path: where, message: template.message });
    return null;
  };
  const slack = isObject(value['slack']) ? value['slack'] : null;
  const webhooks = new Map<string, WebhookTemplate>();
  for (const [name, entry] of Object.entries(isObject(value['webhook']) ? value['webhook'] : {})) {
    const where = `${path}: webhook.${name}`;
    const fields = isObject(entry) ? entry : {};
    const method = typeof fields['method'] === 'string' ? fields['method'].toUpperCase() : '';
    if (method !== '' && !METHODS.has(method))
      issues.push({ path: `${where}.method`, message: 'is not an HTTP method' });
    webhooks.set(name, {
      method: METHODS.has(method) ? (method as NotifyRequest['method']) : null,
      path: part(fields['path'], `${where}.path`),
      body: part(fields['body'], `${where}.body`),
    });
  }
  const parts = (fields: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(SLACK_PARTS.map((name) => [name, part(fields[name], `${path}: slack.${name}`)]));
  const template = {
    message: part(value['message'], `${path}: message`),
    slack: slack === null ? null : (parts(slack) as Record<SlackPart, Template | null>),
    webhooks,
  };
  return { value: issues.length === 0 ? template : null, issues };
}

/** Runs templates one after the other; later ones add to and win over earlier ones. Errors name the part. */
export function renderContent(
  templates: readonly MessageTemplate[],
  data: Dict,
  now: Instant,
):
  | { readonly kind: 'content'; readonly content: Content }
  | { readonly kind: 'error'; readonly message: string } {
  const errors: string[] = [];
  const made = (template: Template | null, what: string): string => {
    if (template === null) return '';
    const rendered = render(template, data, now);
    if (rendered.kind === 'text') return rendered.text;
    errors.push(`${what}: ${rendered.message}`);
    return '';
  };
  let text = '';
  const slack: Record<SlackPart, string> = { attachments: '', blocks: '', username: '', icon: '' };
  const webhooks = new Map<string, WebhookContent>();
  for (const template of templates) {
    text = made(template.message, 'message') || text;
    if (template.slack !== null)
      for (const name of SLACK_PARTS) slack[name] = made(template.slack[name], `slack.${name}`);
    for (const [name, { method, path, body }] of template.webhooks)
      webhooks.set(name, {
        method,
        path: made(path, `webhook.${name}.path`),
        body: made(body, `webhook.${name}.body`),
      });
  }
  if (errors.length > 0) return { kind: 'error', message: errors.join('; ') };
  return { kind: 'content', content: { text, slack, webhooks } };
}
