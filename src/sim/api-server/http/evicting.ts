import type { LabelSelector, Manifest } from '../../../api/meta.ts';
import { selects } from '../../../api/selector.ts';
import { kinds } from '../../kinds.ts';
import { ApiError } from '../api.ts';
import { badRequest, notFound } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { timestamp } from '../timestamp.ts';
import { placeOf as placeOfObject } from '../writer.ts';
import { json } from './answers.ts';
import { DONE } from './binding.ts';
import { jsonIn } from './bodies.ts';
import type { Asked, HttpMeans } from './means.ts';
import type { Target } from './target.ts';
import { placeOf } from './writing.ts';

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

interface BudgetStatus {
  readonly observedGeneration?: number;
  readonly disruptionsAllowed?: number;
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
}

const WHO = { manager: 'kube-apiserver' };

/**
 * Answers a polite wish to delete a pod: refused with 429 while a PodDisruptionBudget forbids it.
 * Source: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
export function evict(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const { store, deleter } = means;
  const place = placeOf(target);
  const pod = store.get(target.served.kind, place);
  if (pod === null) throw notFound(target.served.kind, place.name);
  const options = optionsIn(asked, place.name);
  const budgets = budgetsOf(means, pod);
  const status = (pod['status'] ?? {}) as PodStatus;
  const isFree = ['Succeeded', 'Failed', 'Pending'].includes(status.phase ?? '');
  if (!isFree && pod.metadata.deletionTimestamp === undefined && options.dryRun !== true) {
    const [budget, another] = budgets;
    if (another !== undefined) throw severalBudgets();
    if (budget !== undefined) spend(means, budget, pod);
    mark(means, pod);
  }
  deleter.delete(target.served, place, options);
  return json(201, { ...DONE, code: 201 });
}

function optionsIn(
  { request, query }: Asked,
  name: string,
): { gracePeriodSeconds?: number; dryRun?: boolean } {
  const body = (request.body === null ? {} : jsonIn(request.body, 'Eviction')) as {
    readonly metadata?: { readonly name?: string };
    readonly deleteOptions?: { readonly gracePeriodSeconds?: number; readonly dryRun?: readonly string[] };
  };
  const { metadata: { name: given = '' } = {}, deleteOptions = {} } = body ?? {};
  if (given !== '' && given !== name) throw badRequest('name in URL does not match name in Eviction object');
  const { gracePeriodSeconds, dryRun } = deleteOptions;
  const isDry = query.getAll('dryRun').includes('All') || dryRun?.includes('All') === true;
  return {
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...(isDry ? { dryRun: true } : {}),
  };
}

function budgetsOf({ store }: HttpMeans, { metadata }: Manifest): readonly Manifest[] {
  return store.list(kinds.podDisruptionBudgets, metadata.namespace).filter((budget) => {
    const { selector } = (budget['spec'] ?? {}) as { readonly selector?: LabelSelector };
    return selector !== undefined && selects(selector, metadata.labels ?? {});
  });
}

/** Takes one disruption from a budget, or throws. A pod that does not work may go while enough others do. */
function spend(means: HttpMeans, budget: Manifest, pod: Manifest): void {
  const status = (budget['status'] ?? {}) as BudgetStatus;
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status;
  const { name, generation = 0 } = budget.metadata;
  if ((status.observedGeneration ?? 0) < generation) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (!isReady(pod) && currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
  if (disruptionsAllowed <= 0) {
    const need =
      currentHealthy <= desiredHealthy
        ? `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
        : 'does not allow evicting pods currently';
    throw refused(`The disruption budget ${name} ${need}`);
  }
  const disruptedPods = {
    ...(budget['status'] as { readonly disruptedPods?: object }).disruptedPods,
    [pod.metadata.name]: timestamp(means.clock.now()),
  };
  const served = means.catalog.get(kinds.podDisruptionBudgets);
  const next = { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods };
  means.writer.update(served, placeOfObject(budget), (live) => ({ ...live, status: next }), {
    ...WHO,
    subresource: 'status',
  });
}

function isReady(pod: Manifest): boolean {
  const { conditions = [] } = (pod['status'] ?? {}) as PodStatus;
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** The pod says why it goes. */
function mark(means: HttpMeans, pod: Manifest): void {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(means.clock.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const next = (live: Manifest): Manifest => {
    const status = (live['status'] ?? {}) as PodStatus;
    const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type);
    return { ...live, status: { ...status, conditions: [...others, condition] } };
  };
  const served = means.catalog.get(kinds.pods);
  means.writer.update(served, placeOfObject(pod), next, { ...WHO, subresource: 'status' });
}

function refused(why: string, retryAfterSeconds?: number): ApiError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const causes = [{ reason: 'DisruptionBudget', message: why }];
  const details = { causes, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  return new ApiError(429, 'TooManyRequests', message, details);
}

function severalBudgets(): ApiError {
  const message =
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  return new ApiError(500, '', message);
}
