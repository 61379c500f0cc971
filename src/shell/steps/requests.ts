import type { Rollout } from '../../api/rollout.ts';
import type { Replies, StepReply, StepRequest } from '../../core/steps/plugin.ts';
import type { Instant } from '../../core/time.ts';
import type { HttpClient } from '../../providers/http.ts';
import { Flights } from '../analysis/flights.ts';
import type { Clock } from '../clock.ts';
import type { Api } from '../kube/api.ts';
import { lookUpCronJob } from './cron-job.ts';
import { askWebhook } from './webhook.ts';

/** What requests of steps are made with. */
export interface RequestsIo {
  readonly client: Pick<Api, 'get'>;
  readonly clock: Clock;
  readonly fetch: HttpClient;
}

/** How often a pass looks for an answer that takes its time. */
const POLL_MS = 1_000;

interface Answer {
  readonly id: string;
  readonly reply: StepReply;
}

/**
 * Requests of steps on their way. They outlive the pass that wanted them and hold up none; an answer stays
 * until a decision no longer wants it, which is when it is in the status. A crash loses no more than what is
 * on its way: it is wanted still, and asked for again.
 */
export class StepRequests {
  readonly #io: RequestsIo;
  readonly #flights: Flights<Answer>;

  constructor(io: RequestsIo) {
    this.#io = io;
    this.#flights = new Flights(io.clock);
  }

  /** What has come in for a rollout. */
  replies(key: string, { metadata }: Rollout): Replies {
    this.#flights.keepOnly(key, metadata.uid ?? '');
    return Object.fromEntries(this.#flights.settled(key).map(({ id, reply }) => [id, reply]));
  }

  /**
   * Sends what is wanted and not under way yet, and ends and forgets what is not wanted any more. Returns
   * when to look for answers; null: none is on its way. `kill` ends everything at once.
   */
  carryOut(key: string, rollout: Rollout, wanted: readonly StepRequest[], kill: AbortSignal): Instant | null {
    const { uid = '', namespace = '' } = rollout.metadata;
    this.#flights.keep(key, new Set(wanted.map(({ id }) => id)));
    for (const request of wanted)
      this.#flights.start(key, uid, { metric: request.id, act: 'start' }, async (unwanted) => {
        const signal = AbortSignal.any([unwanted, kill]);
        return { id: request.id, reply: await this.#ask(request, namespace, signal) };
      });
    return this.#flights.isBusy(key) ? this.#io.clock.now() + POLL_MS : null;
  }

  /** The rollout is gone. */
  forget(key: string): void {
    this.#flights.drop(key);
  }

  async #ask(request: StepRequest, namespace: string, signal: AbortSignal): Promise<StepReply> {
    switch (request.kind) {
      case 'webhook':
        return await askWebhook(this.#io, request, namespace, signal);
      case 'cronJob':
        return await lookUpCronJob(this.#io.client, { namespace, name: request.name }, signal);
      default:
        return request satisfies never;
    }
  }
}
