import type { Instant } from '../core/time.ts';
import { holds } from './conditions.ts';
import type { NotifyConfig } from './config.ts';
import type { NotifyAnswer, Verdict } from './http.ts';
import { renderContent } from './message-template.ts';
import { type Message, messageOf } from './note.ts';
import type { Progress } from './progress.ts';
import type { Service } from './services.ts';
import { type Packed, type Said, slackRequest, slackVerdict } from './slack.ts';
import type { Subscription } from './subscriptions.ts';
import { type Dict, render } from './template.ts';
import type { Snapshot, Transition } from './transitions.ts';
import { builtinRequest, isSlackAddress, webhookRequest, webhookVerdict } from './webhook.ts';

/** One message that is due: to whom, about what, and what was known when it happened. */
export interface Due {
  readonly to: Subscription;
  readonly transition: Transition;
  readonly snapshot: Snapshot;
  readonly progress: Progress | null;
}

/** Which templates a trigger sends for a transition. */
export type Choice =
  /** Null: the built-in message. `once`: value that stands for the transition. */
  | { readonly kind: 'send'; readonly templates: readonly string[] | null; readonly once: string | null }
  /** The trigger's conditions do not hold. */
  | { readonly kind: 'none' };

/** Asks the trigger what to send; `errors` are those of its expressions. */
export function choose(
  config: NotifyConfig,
  { trigger }: Transition,
  snapshot: Snapshot,
  now: Instant,
): { readonly choices: readonly Choice[]; readonly errors: readonly string[] } {
  const conditions = config.triggers.get(trigger);
  if (conditions === undefined)
    return { choices: [{ kind: 'send', templates: null, once: null }], errors: [] };
  const errors: string[] = [];
  const data = { rollout: snapshot.rollout, analysisRuns: snapshot.runs };
  const choices = conditions.flatMap((condition): readonly Choice[] => {
    const verdict = holds(condition, data, now);
    if (verdict.error !== null) errors.push(verdict.error);
    return verdict.holds ? [{ kind: 'send', templates: condition.send, once: verdict.once }] : [];
  });
  return { choices: choices.length === 0 ? [{ kind: 'none' }] : choices, errors };
}

/** Makes the request of a message; the error says which template failed and why. */
export function compose(
  config: NotifyConfig,
  service: Service,
  due: Due,
  templates: readonly string[] | null,
  now: Instant,
): ({ readonly kind: 'packed' } & Packed) | { readonly kind: 'error'; readonly message: string } {
  if (templates === null) return { kind: 'packed', ...builtin(config, service, due, now) };
  const found = templates
    .map((name) => config.templates.get(name))
    .filter((template) => template !== undefined);
  if (found.length < templates.length) {
    const missing = templates.filter((name) => !config.templates.has(name));
    return { kind: 'error', message: `cannot use template ${missing.join(', ')}` };
  }
  const made = renderContent(found, dataOf(config, due), now);
  if (made.kind === 'error')
    return { kind: 'error', message: `template ${templates.join(', ')}: ${made.message}` };
  const { content } = made;
  if (service.kind === 'slack')
    return { kind: 'packed', ...slackRequest(service, due.to.recipient, { kind: 'content', content }) };
  return { kind: 'packed', request: webhookRequest(service, content), warning: null };
}

/** What an answer means, as the service sees it. */
export function verdictOf(service: Service, answer: NotifyAnswer): Verdict {
  return service.kind === 'slack' ? slackVerdict(service, answer) : webhookVerdict(answer);
}

function builtin(config: NotifyConfig, service: Service, due: Due, now: Instant): Packed {
  const { to, transition, snapshot, progress } = due;
  const message = messageOf(transition, snapshot, progress, linkOf(config, due, now));
  if (service.kind === 'slack') return slackRequest(service, to.recipient, said(message));
  if (isSlackAddress(service.url)) {
    const access = { kind: 'webhook', url: service.url } as const;
    const look = { username: '', icon: '', disableUnfurl: false };
    return slackRequest({ ...service, ...look, kind: 'slack', access }, to.recipient, said(message));
  }
  const { namespace = '', name } = snapshot.rollout.metadata;
  const facts = { namespace, rollout: name, trigger: to.trigger, recipient: to.recipient };
  return { request: builtinRequest(service, message, facts), warning: null };
}

function said(message: Message): Said {
  return { kind: 'message', message };
}

/** A link is a courtesy: one that cannot be made is left out. */
function linkOf(config: NotifyConfig, due: Due, now: Instant): string | null {
  if (config.link === null) return null;
  const made = render(config.link, dataOf(config, due), now);
  return made.kind === 'text' && /^https?:\/\//.test(made.text.trim()) ? made.text.trim() : null;
}

function dataOf(config: NotifyConfig, { to, snapshot }: Due): Dict {
  return {
    // Objects of the API server are JSON, which is what templates compute with.
    rollout: snapshot.rollout as unknown as Dict,
    analysisRuns: snapshot.runs as unknown as readonly Dict[],
    secrets: config.secrets,
    recipient: to.recipient,
    serviceType: to.service,
  };
}
