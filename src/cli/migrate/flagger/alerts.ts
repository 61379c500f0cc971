import { ANNOTATION, ANNOTATION_PREFIX } from '../../../api/keys.ts';
import type { StringMap } from '../../../api/meta.ts';
import { type Fields, fieldsOf, specOf, textOf } from '../fields.ts';
import { type Given, named } from '../neighbours.ts';
import { type Canary, numberOf } from './canary.ts';

/** Annotations of the Rollout, and what they cannot say. */
export interface Annotated {
  readonly annotations: StringMap;
  readonly lost: readonly string[];
  readonly notes: readonly string[];
}

const BAD = ['on-rollout-aborted'] as const;
const ALL = ['on-rollout-updated', 'on-rollout-completed', 'on-rollout-aborted'] as const;

/** Who is told of what: Flagger's alerts as subscriptions. Only Slack is addressed by a channel. */
export function alertsOf({ analysis }: Canary, given: Given): Annotated {
  const all = analysis.alerts.map((alert) => alertOf(alert, given));
  const channels = new Map<string, readonly string[]>();
  for (const { triggers, channel } of all)
    for (const trigger of triggers) {
      const before = channels.get(trigger) ?? [];
      if (!before.includes(channel)) channels.set(trigger, [...before, channel]);
    }
  const annotations = Object.fromEntries(
    [...channels].map(([trigger, to]) => [
      `${ANNOTATION_PREFIX.notifySubscribe}${trigger}.slack`,
      to.join(';'),
    ]),
  );
  return {
    annotations,
    lost: all.flatMap(({ lost }) => lost),
    notes:
      channels.size === 0
        ? []
        : [
            'Slack is written to with the token in the Secret of the notifications, not by the webhook of the AlertProvider',
          ],
  };
}

interface Alert {
  readonly triggers: readonly string[];
  readonly channel: string;
  readonly lost: readonly string[];
}

function alertOf(alert: Fields, given: Given): Alert {
  const name = textOf(alert['name']);
  const provider = textOf(fieldsOf(alert['providerRef'])['name']);
  const found = named(given, 'AlertProvider', provider);
  const none = (why: string): Alert => ({ triggers: [], channel: '', lost: [`alert ${name}: ${why}`] });
  if (found === null) return none(`alertprovider/${provider} is not there`);
  const { type, channel } = specOf(found);
  if (type !== 'slack')
    return none(`there is no service ${textOf(type)}; a webhook can be subscribed to the same triggers`);
  if (textOf(channel) === '') return none(`alertprovider/${provider} names no channel`);
  return {
    triggers: alert['severity'] === 'info' || alert['severity'] === undefined ? ALL : BAD,
    channel: textOf(channel),
    lost: [],
  };
}

/** Users who stay on the version that they have seen. */
export function sessionsOf({ analysis, provider }: Canary): Annotated {
  const affinity = fieldsOf(analysis.raw['sessionAffinity']);
  if (analysis.raw['sessionAffinity'] === undefined) return { annotations: {}, lost: [], notes: [] };
  if (provider.kind !== 'gatewayapi')
    return {
      annotations: {},
      lost: ['analysis.sessionAffinity: sessions stay with the Gateway API only'],
      notes: [],
    };
  const cookie = textOf(affinity['cookieName']);
  const isName = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(cookie);
  const age = numberOf(affinity['maxAge']);
  return {
    annotations: { [ANNOTATION.stickySessions]: isName ? `cookie=${cookie}` : 'cookie' },
    lost:
      age === null
        ? []
        : ['analysis.sessionAffinity.maxAge: the cookie means nothing after the release anyway'],
    notes: [],
  };
}
