import { ANNOTATION_PREFIX } from '../api/keys.ts';
import type { Issue, StringMap } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { NotifyConfig, ParseYaml } from './config.ts';
import { selects } from './selector.ts';

/** Who is told of what: one recipient of one service, for one trigger. */
export interface Subscription {
  readonly trigger: string;
  readonly service: string;
  /** A channel for Slack; often empty for webhooks. */
  readonly recipient: string;
}

/** Several triggers and destinations in one annotation, as YAML. The first is the older name. */
const LISTS = ['notifications.argoproj.io/subscribe_yaml', 'notifications.argoproj.io/subscriptions'];

/** Whether a rollout says anything about notifications. Cheap: most do not. */
export function isSubscriber(annotations: StringMap | undefined): boolean {
  for (const key in annotations)
    if (key.startsWith(ANNOTATION_PREFIX.notifySubscribe) || LISTS.includes(key)) return true;
  return false;
}

/**
 * Everything that a rollout is subscribed to, each once: by its own annotations and by the ConfigMap's
 * subscriptions. `subscribe.TRIGGER.SERVICE: a;b`, or `subscribe.SERVICE` for the default triggers.
 */
export function subscriptionsOf(
  metadata: { readonly annotations?: StringMap | undefined; readonly labels?: StringMap | undefined },
  config: NotifyConfig,
  parseYaml: ParseYaml,
): { readonly subscriptions: readonly Subscription[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const found: Subscription[] = [...globalOf(metadata.labels ?? {}, config)];
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    if (key.startsWith(ANNOTATION_PREFIX.notifySubscribe)) found.push(...oneOf(key, value, config));
    else if (LISTS.includes(key)) found.push(...listOf(key, value, parseYaml, issues));
  }
  const unique = new Map(found.map((one) => [`${one.trigger}\n${one.service}\n${one.recipient}`, one]));
  return { subscriptions: [...unique.values()], issues };
}

function globalOf(labels: StringMap, config: NotifyConfig): readonly Subscription[] {
  return config.subscriptions
    .filter(({ selector }) => selects(selector, labels))
    .flatMap(({ triggers, recipients }) =>
      (triggers.length === 0 ? config.defaultTriggers : triggers).flatMap((trigger) =>
        recipients.map((recipient) => ({ trigger, ...recipient })),
      ),
    );
}

function oneOf(key: string, value: string, config: NotifyConfig): readonly Subscription[] {
  const [first = '', second] = key.slice(ANNOTATION_PREFIX.notifySubscribe.length).split('.');
  const service = second ?? first;
  const defaults = config.serviceTriggers.get(service) ?? config.defaultTriggers;
  const triggers = second === undefined ? defaults : [first];
  return triggers.flatMap((trigger) =>
    recipientsIn(value).map((recipient) => ({ trigger, service, recipient })),
  );
}

/** An empty value is one recipient without a name, which webhooks are content with. */
function recipientsIn(value: string): readonly string[] {
  const parts = value.split(';').map((part) => part.trim());
  return value === '' ? [''] : parts.filter((part) => part !== '');
}

function listOf(key: string, value: string, parseYaml: ParseYaml, issues: Issue[]): readonly Subscription[] {
  const path = `metadata.annotations["${key}"]`;
  const parsed = parseYaml(value);
  if (parsed.kind === 'error') {
    issues.push({ path, message: parsed.message });
    return [];
  }
  if (!Array.isArray(parsed.value)) {
    issues.push({ path, message: 'must be a list of trigger and destinations' });
    return [];
  }
  return parsed.value.flatMap((item: unknown) => {
    const entry = isObject(item) ? item : {};
    const destinations = Array.isArray(entry['destinations']) ? entry['destinations'] : [];
    return words(entry['trigger']).flatMap((trigger) =>
      destinations.flatMap((destination: unknown) => {
        const { service, recipients } = isObject(destination) ? destination : {};
        if (typeof service !== 'string') return [];
        return words(recipients).map((recipient) => ({ trigger, service, recipient }));
      }),
    );
  });
}

function words(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
