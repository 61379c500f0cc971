import type { Manifest } from '../../../api/meta.ts';
import { kinds } from '../../kinds.ts';
import { ApiError } from '../api.ts';
import { badRequest, conflict } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { bound } from '../strategy/pod.ts';
import { timestamp } from '../timestamp.ts';
import { json } from './answers.ts';
import { jsonIn } from './bodies.ts';
import type { Asked, HttpMeans } from './means.ts';
import type { Target } from './target.ts';
import { placeOf } from './writing.ts';

/** A Status that says: done. */
export const DONE = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as const;

interface Binding {
  readonly metadata?: { readonly name?: string };
  readonly target?: { readonly name?: string; readonly kind?: string };
}

/** Answers the scheduler, who gives a pod its node. */
export function bind(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const body = jsonIn(asked.request.body ?? '', 'Binding') as Binding | null;
  if ((body?.metadata?.name ?? '') !== target.name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  const node = body?.target?.name ?? '';
  if (node === '') throw new ApiError(500, '', 'target.name: Required value');
  const word = body?.target?.kind ?? '';
  if (word !== '' && word !== 'Node') {
    const supported = 'supported values: "Node", "<empty>"';
    throw new ApiError(500, '', `target.kind: Unsupported value: ${JSON.stringify(word)}: ${supported}`);
  }
  const found = means.store.get(kinds.nodes, { name: node }) ?? { metadata: { name: node } };
  const now = timestamp(means.clock.now());
  const next = (live: Manifest): Manifest => {
    const { nodeName = '', schedulingGates = [] } = live['spec'] as {
      readonly nodeName?: string;
      readonly schedulingGates?: readonly object[];
    };
    const { name, deletionTimestamp } = live.metadata;
    const kind = { ...target.served.kind, resource: 'pods/binding' };
    if (deletionTimestamp !== undefined) {
      throw conflict(kind, name, `pod ${name} is being deleted, cannot be assigned to a host`);
    }
    if (nodeName !== '') {
      throw conflict(kind, name, `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`);
    }
    if (schedulingGates.length > 0) {
      throw conflict(kind, name, `pod ${name} has non-empty .spec.schedulingGates`);
    }
    return bound(live, found, now);
  };
  const how = { manager: 'kube-scheduler', subresource: 'binding', isPatch: true } as const;
  means.writer.update(target.served, placeOf(target), next, how);
  return json(201, { ...DONE, code: 201 });
}
