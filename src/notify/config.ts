import type { Issue, StringMap } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import { type Condition, parseConditions } from './conditions.ts';
import { type MessageTemplate, parseMessageTemplate } from './message-template.ts';
import { parseSelector, type Selector } from './selector.ts';
import { parseService, type Service } from './services.ts';
import { parseTemplate, type Template } from './template.ts';

/** Reads YAML; the error is for people. */
export type ParseYaml = (
  text: string,
) =>
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string };

/**
 * What a ConfigMap and a Secret say. What cannot be used is left out, and said in `issues`; the rest works.
 */
export interface NotifyConfig {
  readonly namespace: string;
  readonly services: ReadonlyMap<string, Service>;
  /** Triggers of the user's. A trigger that is not here sends the built-in message. */
  readonly triggers: ReadonlyMap<string, readonly Condition[]>;
  readonly templates: ReadonlyMap<string, MessageTemplate>;
  readonly subscriptions: readonly GlobalSubscription[];
  readonly defaultTriggers: readonly string[];
  /** Default triggers by service name. */
  readonly serviceTriggers: ReadonlyMap<string, readonly string[]>;
  /** Makes the address of a page about the rollout; null: none is shown. */
  readonly link: Template | null;
  /** Values of the Secret that services use, for templates that need them too. Never to be logged. */
  readonly secrets: StringMap;
  /** Paths are keys of the ConfigMap. Messages never hold a value of the Secret. */
  readonly issues: readonly Issue[];
}

/** A subscription for all rollouts that a selector matches. */
export interface GlobalSubscription {
  readonly selector: Selector;
  /** Empty: the default triggers. */
  readonly triggers: readonly string[];
  readonly recipients: readonly { readonly service: string; readonly recipient: string }[];
}

/** Nothing configured. */
export function emptyConfig(namespace: string): NotifyConfig {
  return parseConfig(namespace, {}, {}, () => ({ kind: 'value', value: null }));
}

/**
 * Reads the notification ConfigMap with values of the Secret for `$name` in services, as the notifications
 * engine does. Every issue is reported with its key. Ours is the key `link`.
 */
export function parseConfig(
  namespace: string,
  data: StringMap,
  secret: StringMap,
  parseYaml: ParseYaml,
): NotifyConfig {
  const reader = new Reader(data, secret, parseYaml);
  const services = reader.services();
  const templates = reader.each('template.', (value, path) => parseMessageTemplate(value, path));
  const triggers = reader.each('trigger.', (value, path) =>
    parseConditions(value, path, (name) => templates.has(name) || Object.hasOwn(data, `template.${name}`)),
  );
  const serviceTriggers = reader.each('defaultTriggers.', names);
  return {
    namespace,
    services,
    templates,
    triggers,
    serviceTriggers,
    defaultTriggers: reader.one('defaultTriggers', names) ?? [],
    subscriptions: reader.one('subscriptions', subscriptions) ?? [],
    link: reader.link(),
    secrets: reader.usedSecrets,
    issues: reader.issues,
  };
}

/** What a part of the configuration is, and what is wrong with it. */
export interface Read<T> {
  readonly value: T | null;
  readonly issues: readonly Issue[];
}

class Reader {
  readonly issues: Issue[] = [];
  readonly usedSecrets: Record<string, string> = {};
  readonly #data: StringMap;
  readonly #secret: StringMap;
  readonly #parseYaml: ParseYaml;

  constructor(data: StringMap, secret: StringMap, parseYaml: ParseYaml) {
    this.#data = data;
    this.#secret = secret;
    this.#parseYaml = parseYaml;
  }

  services(): ReadonlyMap<string, Service> {
    const found = new Map<string, Service>();
    for (const path of this.#keys('service.')) {
      const [, type = '', name = type, ...more] = path.split('.');
      if (more.length > 0 || type === '' || name === '') {
        this.issues.push({ path, message: 'must be service.TYPE or service.TYPE.NAME' });
        continue;
      }
      const options = this.#yaml(path);
      if (options === undefined) continue;
      const before = this.issues.length;
      const filled = this.#filled(options, path);
      // An option that is nothing but a missing secret cannot work: the other side would only say so less
      // clearly.
      if (this.issues.slice(before).some((issue) => issue.message.startsWith('the Secret has no'))) continue;
      const parsed = parseService(type, name, filled, path);
      this.issues.push(...parsed.issues);
      if (parsed.kind === 'service') found.set(name, parsed.service);
    }
    return found;
  }

  each<T>(prefix: string, read: (value: unknown, path: string) => Read<T>): Map<string, T> {
    const found = new Map<string, T>();
    for (const path of this.#keys(prefix)) {
      const value = this.one(path, read);
      if (value !== null) found.set(path.slice(prefix.length), value);
    }
    return found;
  }

  one<T>(path: string, read: (value: unknown, path: string) => Read<T>): T | null {
    const parsed = this.#yaml(path);
    if (parsed === undefined) return null;
    const { value, issues } = read(parsed, path);
    this.issues.push(...issues);
    return value;
  }

  link(): Template | null {
    const source = this.#data['link'];
    if (source === undefined || source.trim() === '') return null;
    const template = parseTemplate(source.trim());
    if (template.kind === 'template') return template;
    this.issues.push({ path: 'link', message: template.message });
    return null;
  }

  #keys(prefix: string): readonly string[] {
    return Object.keys(this.#data)
      .filter((key) => key.startsWith(prefix))
      .sort();
  }

  #yaml(path: string): unknown {
    const text = Object.hasOwn(this.#data, path) ? this.#data[path] : undefined;
    if (text === undefined) return undefined;
    const parsed = this.#parseYaml(text);
    if (parsed.kind === 'value') return parsed.value;
    this.issues.push({ path, message: parsed.message });
    return undefined;
  }

  /**
   * The options with `$name` replaced in every text. A name that the Secret lacks stays as it is, and is
   * told.
   */
  #filled(value: unknown, path: string): unknown {
    if (typeof value === 'string')
      return value.replace(/\$[\w-]+/g, (reference) => {
        const key = reference.slice(1);
        const secret = Object.hasOwn(this.#secret, key) ? this.#secret[key] : undefined;
        if (secret === undefined) {
          const message =
            reference === value.trim()
              ? `the Secret has no ${key}`
              : `$${key} is not in the Secret: kept as it is`;
          this.issues.push({ path, message });
          return reference;
        }
        this.usedSecrets[key] = secret;
        return secret;
      });
    if (Array.isArray(value)) return value.map((item) => this.#filled(item, path));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#filled(item, path)]));
  }
}

function names(value: unknown, path: string): Read<readonly string[]> {
  if (value === null || value === undefined) return { value: [], issues: [] };
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return { value, issues: [] };
  return { value: null, issues: [{ path, message: 'must be a list of trigger names' }] };
}

function subscriptions(value: unknown, path: string): Read<readonly GlobalSubscription[]> {
  if (value === null || value === undefined) return { value: [], issues: [] };
  if (!Array.isArray(value)) return { value: null, issues: [{ path, message: 'must be a list' }] };
  const issues: Issue[] = [];
  const found = value.flatMap((item: unknown, index) => {
    const where = `${path}[${index}]`;
    const entry = isObject(item) ? item : {};
    const recipients = names(entry['recipients'], `${where}.recipients`);
    const triggers = names(entry['triggers'], `${where}.triggers`);
    const selector = parseSelector(entry['selector']);
    const wrong = [...recipients.issues, ...triggers.issues];
    if (selector === null) wrong.push({ path: `${where}.selector`, message: 'is not a label selector' });
    issues.push(...wrong);
    if (wrong.length > 0 || selector === null) return [];
    return [
      { selector, triggers: triggers.value ?? [], recipients: (recipients.value ?? []).map(recipientOf) },
    ];
  });
  return { value: found, issues };
}

/** `slack:my-channel`. */
function recipientOf(text: string): { readonly service: string; readonly recipient: string } {
  const [service = '', recipient = ''] = text.split(':');
  return { service, recipient };
}
