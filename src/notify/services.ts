import { parseDuration } from '../api/duration.ts';
import type { Issue } from '../api/meta.ts';
import { at, isObject } from '../api/path.ts';
import type { Patience } from './http.ts';

/** Somewhere to send messages to. */
export type Service = SlackService | WebhookService;

/** Slack, by a bot token and channels, or by an incoming webhook, whose address names the channel. */
export interface SlackService {
  readonly kind: 'slack';
  readonly name: string;
  readonly access:
    | { readonly kind: 'token'; readonly token: string; readonly apiUrl: string }
    | { readonly kind: 'webhook'; readonly url: string };
  readonly username: string;
  /** `:emoji:` or an address of an image; empty: none. */
  readonly icon: string;
  readonly disableUnfurl: boolean;
  readonly insecure: boolean;
  readonly patience: Patience;
}

/** Any HTTP endpoint. */
export interface WebhookService {
  readonly kind: 'webhook';
  readonly name: string;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly basicAuth: { readonly username: string; readonly password: string } | null;
  readonly insecure: boolean;
  readonly patience: Patience;
}

/** A service, or what is wrong with its configuration. */
export type ParsedService =
  | { readonly kind: 'service'; readonly service: Service; readonly issues: readonly Issue[] }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/** About nine minutes in all. */
const SLACK_PATIENCE: Patience = { retries: 12, minMs: 1_000, maxMs: 60_000 };
const SLACK_API = 'https://slack.com/api/';

/**
 * Reads the options of one service, secrets already filled in. `path` is the ConfigMap key. Fields are
 * those of the notifications engine; ours is `url` for Slack: an incoming webhook in place of a token.
 * Source: https://github.com/argoproj/notifications-engine/tree/master/docs/services
 */
export function parseService(type: string, name: string, options: unknown, path: string): ParsedService {
  if (!isObject(options)) return wrong([{ path, message: 'must be a map of options' }]);
  if (type === 'slack') return slack(name, options, path);
  if (type === 'webhook') return webhook(name, options, path);
  return wrong([{ path, message: `service type ${type} is not supported yet; there are slack and webhook` }]);
}

type Options = Readonly<Record<string, unknown>>;

function slack(name: string, options: Options, path: string): ParsedService {
  const read = new Fields(options, path);
  const token = read.text('token');
  const url = read.text('url');
  const apiUrl = read.text('apiURL');
  if (token === '' && url === '')
    read.issue(null, 'needs token (of a Slack app) or url (an incoming webhook)');
  if (url !== '') read.address('url', url);
  if (apiUrl !== '') read.address('apiURL', apiUrl);
  const icon = read.text('icon');
  const service: SlackService = {
    kind: 'slack',
    name,
    access:
      url === ''
        ? { kind: 'token', token, apiUrl: apiUrl === '' ? SLACK_API : `${apiUrl.replace(/\/+$/, '')}/` }
        : { kind: 'webhook', url },
    username: read.text('username'),
    icon,
    disableUnfurl: read.flag('disableUnfurl'),
    insecure: read.flag('insecureSkipVerify'),
    patience: SLACK_PATIENCE,
  };
  return read.done(service);
}

function webhook(name: string, options: Options, path: string): ParsedService {
  const read = new Fields(options, path);
  const url = read.text('url');
  if (url === '') read.issue('url', 'Required value');
  else read.address('url', url);
  const retries = read.count('retryMax', 3);
  const minMs = read.duration('retryWaitMin', 1_000);
  const maxMs = Math.max(minMs, read.duration('retryWaitMax', 5_000));
  const service: WebhookService = {
    kind: 'webhook',
    name,
    url,
    headers: read.headers(),
    basicAuth: read.basicAuth(),
    insecure: read.flag('insecureSkipVerify'),
    // As in the engine, zero means the default.
    patience: { retries: retries === 0 ? 3 : retries, minMs: minMs === 0 ? 1_000 : minMs, maxMs },
  };
  return read.done(service);
}

function wrong(issues: readonly Issue[]): ParsedService {
  return { kind: 'issues', issues };
}

/** Reads fields and collects what is wrong with them. Messages never repeat a value: it may be a secret. */
class Fields {
  readonly #options: Options;
  readonly #path: string;
  readonly #issues: Issue[] = [];

  constructor(options: Options, path: string) {
    this.#options = options;
    this.#path = path;
  }

  issue(field: string | null, message: string): void {
    this.#issues.push({ path: field === null ? this.#path : `${this.#path}: ${field}`, message });
  }

  done(service: Service): ParsedService {
    if (this.#issues.length > 0) return wrong(this.#issues);
    return { kind: 'service', service, issues: [] };
  }

  text(field: string): string {
    const value = this.#options[field];
    if (value === undefined || value === null) return '';
    if (typeof value === 'string') return value.trim();
    if (typeof value === 'number') return String(value);
    this.issue(field, 'must be a string');
    return '';
  }

  address(field: string, value: string): void {
    const parsed = URL.canParse(value) ? new URL(value).protocol : '';
    if (parsed !== 'http:' && parsed !== 'https:')
      this.issue(field, 'must be an address that begins with http:// or https://');
  }

  flag(field: string): boolean {
    const value = this.#options[field];
    if (value === undefined || value === null || value === false) return false;
    if (value !== true) this.issue(field, 'must be true or false');
    return value === true;
  }

  count(field: string, fallback: number): number {
    const value = this.#options[field] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return Math.min(value, 100);
    this.issue(field, 'must be a whole number from 0');
    return fallback;
  }

  /** Text such as `5s`, or nanoseconds as the engine takes them. */
  duration(field: string, fallbackMs: number): number {
    const value = this.#options[field];
    if (value === undefined || value === null) return fallbackMs;
    const parsed =
      typeof value === 'number' ? value / 1e6 : typeof value === 'string' ? parseDuration(value) : null;
    if (parsed !== null && parsed >= 0) return Math.min(parsed, 600_000);
    this.issue(field, 'must be a duration such as 5s');
    return fallbackMs;
  }

  headers(): WebhookService['headers'] {
    const value = this.#options['headers'] ?? [];
    if (!Array.isArray(value)) {
      this.issue('headers', 'must be a list of name and value');
      return [];
    }
    return value.flatMap((item: unknown, index) => {
      const name = isObject(item) ? item['name'] : undefined;
      const content = isObject(item) ? item['value'] : undefined;
      if (
        typeof name === 'string' &&
        name !== '' &&
        (typeof content === 'string' || typeof content === 'number')
      )
        return [{ name, value: String(content) }];
      this.issue(at('headers', index), 'must have a name and a value');
      return [];
    });
  }

  basicAuth(): WebhookService['basicAuth'] {
    const value = this.#options['basicAuth'];
    if (value === undefined || value === null) return null;
    if (!isObject(value)) {
      this.issue('basicAuth', 'must have username and password');
      return null;
    }
    const { username = '', password = '' } = value;
    return { username: asText(username), password: asText(password) };
  }
}

/** A user name or a password of digits only is a number in YAML. */
function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
