import type { Manifest } from '../../../api/meta.ts';
import type { Random } from '../../random.ts';
import type { Kind } from '../api.ts';
import { type Cause, qualified } from '../errors.ts';
import type { Store } from '../store.ts';
import { autoscaler } from './autoscaler.ts';
import { budget } from './budget.ts';
import { content } from './content.ts';
import { definition } from './definition.ts';
import { ingress } from './ingress.ts';
import { job } from './job.ts';
import { lease } from './lease.ts';
import { pod } from './pod.ts';
import { service } from './service.ts';
import { deployment, workload } from './workload.ts';

/** What the server knows when it completes a new object. */
export interface Surroundings {
  readonly store: Store;
  readonly random: Random;
}

/** What one built-in kind does beyond its schema. Everything is optional. */
export interface Strategy {
  /** Fills in what is not given, new or changed; whoever writes owns it. */
  readonly defaults?: (object: Manifest) => Manifest;
  /** Completes a new object, before its defaults; the status is gone already. */
  readonly create?: (object: Manifest, surroundings: Surroundings) => Manifest;
  /** Completes a changed object, before its defaults. */
  readonly update?: (object: Manifest, live: Manifest) => Manifest;
  /** What is wrong beyond the schema; `live` is null for a new object. */
  readonly causes?: (object: Manifest, live: Manifest | null) => readonly Cause[];
}

const strategies: Readonly<Record<string, Strategy>> = {
  pods: pod,
  services: service,
  secrets: content,
  configmaps: content,
  'deployments.apps': deployment,
  'replicasets.apps': workload,
  'statefulsets.apps': workload,
  'jobs.batch': job,
  'poddisruptionbudgets.policy': budget,
  'horizontalpodautoscalers.autoscaling': autoscaler,
  'ingresses.networking.k8s.io': ingress,
  'leases.coordination.k8s.io': lease,
  'customresourcedefinitions.apiextensions.k8s.io': definition,
};

const none: Strategy = {};

/** What a kind does beyond its schema; nothing for most. */
export function strategyOf(kind: Kind): Strategy {
  return strategies[qualified(kind)] ?? none;
}
