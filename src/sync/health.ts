import type { Manifest } from '../api/meta.ts';
import { isObject } from '../api/path.ts';

/** How an object stands. `why` says what is waited for, or what went wrong. */
export type Health =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Kinds whose health is more than that they are there. */
export const LIVING = [
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Rollout',
  'CustomResourceDefinition',
];

/** How a live object stands, as of its newest spec. Kinds that have nothing to wait for are healthy. */
export function healthOf(object: Manifest): Health {
  const spec = fieldsOf(object['spec']);
  const status = fieldsOf(object['status']);
  if (object.metadata.deletionTimestamp !== undefined) return waiting('it is being deleted');
  switch (object.kind) {
    case 'Rollout':
      return isSeen(object) ? rolloutHealth(status) : waiting('the controller has not seen it yet');
    case 'Deployment':
      return isSeen(object) ? deploymentHealth(spec, status) : waiting('it has not been seen yet');
    case 'ReplicaSet':
      return isSeen(object) ? available(spec, status) : waiting('it has not been seen yet');
    case 'StatefulSet':
      return isSeen(object) ? statefulSetHealth(spec, status) : waiting('it has not been seen yet');
    case 'DaemonSet':
      return isSeen(object) ? daemonSetHealth(status) : waiting('it has not been seen yet');
    case 'Job':
      return jobHealth(status);
    case 'CustomResourceDefinition':
      return conditionOf(status, 'Established') === null ? waiting('it is not established yet') : healthy;
    default:
      return healthy;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const healthy: Health = { kind: 'healthy' };

function waiting(why: string): Health {
  return { kind: 'waiting', why };
}

/** Rollouts write the generation as text. */
function isSeen({ metadata, status }: Manifest): boolean {
  const seen = fieldsOf(status)['observedGeneration'];
  return seen !== undefined && Number(seen) >= (metadata.generation ?? 0);
}

function rolloutHealth(status: Fields): Health {
  const phase = textOf(status['phase']);
  const message = textOf(status['message']);
  const why = message === '' ? phase : `${phase}: ${message}`;
  if (phase === 'Healthy') return healthy;
  return phase === 'Degraded' ? { kind: 'failed', why } : waiting(why === '' ? 'no status yet' : why);
}

function deploymentHealth(spec: Fields, status: Fields): Health {
  const progress = conditions(status).find((condition) => condition['type'] === 'Progressing');
  if (progress?.['reason'] === 'ProgressDeadlineExceeded')
    return { kind: 'failed', why: textOf(progress['message']) };
  if (spec['paused'] === true) return waiting('it is paused');
  const wanted = numberOf(spec['replicas'], 1);
  const updated = numberOf(status['updatedReplicas'], 0);
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are updated`);
  if (numberOf(status['replicas'], 0) > updated) return waiting('old pods are ending');
  return available(spec, status);
}

function available(spec: Fields, status: Fields): Health {
  const wanted = numberOf(spec['replicas'], 1);
  const ready = numberOf(status['availableReplicas'], 0);
  return ready < wanted ? waiting(`${ready} of ${wanted} pods are available`) : healthy;
}

function statefulSetHealth(spec: Fields, status: Fields): Health {
  const wanted = numberOf(spec['replicas'], 1);
  const partition = numberOf(fieldsOf(fieldsOf(spec['updateStrategy'])['rollingUpdate'])['partition'], 0);
  const isByHand = fieldsOf(spec['updateStrategy'])['type'] === 'OnDelete';
  const updated = numberOf(status['updatedReplicas'], 0);
  const ready = numberOf(status['readyReplicas'], 0);
  if (ready < wanted) return waiting(`${ready} of ${wanted} pods are ready`);
  if (!isByHand && updated < wanted - partition) return waiting(`${updated} of ${wanted} pods are updated`);
  return healthy;
}

function daemonSetHealth(status: Fields): Health {
  const wanted = numberOf(status['desiredNumberScheduled'], 0);
  const updated = numberOf(status['updatedNumberScheduled'], 0);
  const ready = numberOf(status['numberAvailable'], 0);
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are updated`);
  return ready < wanted ? waiting(`${ready} of ${wanted} pods are available`) : healthy;
}

function jobHealth(status: Fields): Health {
  const failed = conditionOf(status, 'Failed');
  if (failed !== null) return { kind: 'failed', why: textOf(failed['message']) };
  return conditionOf(status, 'Complete') === null ? waiting('it is not complete yet') : healthy;
}

/** A condition that holds. */
function conditionOf(status: Fields, type: string): Fields | null {
  return conditions(status).find((one) => one['type'] === type && one['status'] === 'True') ?? null;
}

function conditions(status: Fields): readonly Fields[] {
  const list = status['conditions'];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function numberOf(value: unknown, absent: number): number {
  return typeof value === 'number' ? value : absent;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
