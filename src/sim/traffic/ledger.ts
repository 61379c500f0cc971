import type { Manifest } from '../../api/meta.ts';
import { imageOf } from './application.ts';

/** Which version of an application a pod is. */
export interface Version {
  readonly namespace: string;
  /** The pod-template hash that a Rollout or a Deployment put on it; empty without one. */
  readonly hash: string;
  readonly image: string;
}

/** What one version got and what came of it. Copies count as nothing else. */
export interface Served {
  readonly version: Version;
  readonly requests: number;
  /** Answered with 5xx by the application. */
  readonly failures: number;
  /** Mirrored requests. */
  readonly copies: number;
}

/** Requests that no application answered. */
export interface Unserved {
  /** 404 no route, 500 no backend, 501 not simulated, 502 no connection, 503 no pod. */
  readonly status: number;
  readonly reason: string;
  readonly requests: number;
}

/** What happened in one step, for laws that look at every moment. */
export interface StepReport {
  /** Milliseconds since the traffic began. */
  readonly fromMs: number;
  readonly toMs: number;
  /** With the pods that took part, and the most that one of them got, copies included. */
  readonly served: readonly (Served & { readonly pods: number; readonly mostPerPod: number })[];
  readonly unserved: readonly Unserved[];
}

/** Everything since the beginning. */
export interface Totals {
  readonly requests: number;
  /** Of them, those that got a 5xx, from whomever; no route (404) is none. */
  readonly failures: number;
  /** In the order in which they first got a request. */
  readonly served: readonly Served[];
  readonly unserved: readonly Unserved[];
}

/** The version of a pod. */
export function versionOf(pod: Manifest): Version {
  const { namespace = '', labels = {} } = pod.metadata;
  const hash = labels['rollouts-pod-template-hash'] ?? labels['pod-template-hash'] ?? '';
  return { namespace, hash, image: imageOf(pod) };
}

/** A text that is different for different versions. */
export function versionKey({ namespace, hash, image }: Version): string {
  return `${namespace}/${hash}/${image}`;
}

/** Adds up steps. */
export class Ledger {
  readonly #served = new Map<string, Served>();
  readonly #unserved = new Map<string, Unserved>();

  add({ served, unserved }: StepReport): void {
    for (const { version, requests, failures, copies } of served) {
      const key = versionKey(version);
      const before = this.#served.get(key) ?? { requests: 0, failures: 0, copies: 0 };
      this.#served.set(key, {
        version,
        requests: before.requests + requests,
        failures: before.failures + failures,
        copies: before.copies + copies,
      });
    }
    for (const { status, reason, requests } of unserved) {
      const key = `${status} ${reason}`;
      const before = this.#unserved.get(key)?.requests ?? 0;
      this.#unserved.set(key, { status, reason, requests: before + requests });
    }
  }

  totals(): Totals {
    const served = [...this.#served.values()];
    const unserved = [...this.#unserved.values()];
    const failed = [
      ...served.map(({ failures }) => failures),
      ...unserved.filter(({ status }) => status >= 500).map(({ requests }) => requests),
    ];
    return {
      requests: sum([...served, ...unserved].map(({ requests }) => requests)),
      failures: sum(failed),
      served,
      unserved,
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
