import { resources } from '../api/resources.ts';
import type { Vote } from '../core/steps/votes.ts';
import type { KubeObject } from '../shell/kube/object.ts';
import { vote, waitingGate } from '../view/gates.ts';
import { act } from './act.ts';
import { readRollout } from './gather.ts';
import type { Cluster } from './io.ts';
import { Refusal } from './refusal.ts';

/** What is said to which gate, and by whom. */
export interface VoteOptions {
  /** Default: the gate that the rollout waits at. */
  readonly gate?: string;
  /** Default: the user that the API server knows. */
  readonly by?: string;
  readonly comment?: string;
}

/** Says yes or no to the gate that a rollout waits at; what the gate is called, and who said it. */
export async function sayTo(
  cluster: Cluster,
  name: string,
  says: Vote['says'],
  { gate, by, comment = '' }: VoteOptions,
): Promise<{ readonly gate: string; readonly who: string }> {
  const open = waitingGate(await readRollout(cluster, name));
  if (open === null) throw new Refusal(`rollout '${name}' waits at no gate`);
  if (gate !== undefined && gate !== open.name)
    throw new Refusal(`rollout '${name}' waits at gate '${open.name}', not at '${gate}'`);
  const who = by ?? (await userName(cluster));
  const action = vote(open, { who, says, comment: comment.replaceAll(/\s+/g, ' ').trim() });
  if (action === null) {
    const allowed = 'letters, digits and ._@-, in all as many as fit into the key of an annotation';
    throw new Refusal(`'${who}' cannot stand in an approval (${allowed}); choose a name with --by`);
  }
  await act(cluster, name, action);
  return { gate: open.name, who };
}

/** Who we are for the API server. It knows since Kubernetes 1.28. */
async function userName({ api }: Cluster): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  try {
    const answer = await api.create<KubeObject>(resources.selfSubjectReviews, {}, review);
    const { status } = answer as { readonly status?: { readonly userInfo?: { readonly username?: string } } };
    const name = status?.userInfo?.username ?? '';
    if (name !== '') return name;
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    throw new Refusal(`the API server does not say who you are (${why}); choose a name with --by`);
  }
  throw new Refusal('the API server does not say who you are; choose a name with --by');
}
