import { LABEL } from '../api/keys.ts';
import type { JsonObject, Manifest, PodTemplate } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import { ABORT, type Action, PAUSE, type Promotion, promote, RETRY, restart } from '../view/actions.ts';
import { vote, waitingGate } from '../view/gates.ts';
import { ApiError, type Kind, type LocalApi, type Place } from './api-server/api.ts';
import { kinds } from './kinds.ts';

/** The field manager of people at a command line. */
const MANAGER = 'kubectl';

/** What people do at a command line, with what is there now. */
export type Deed =
  | { readonly kind: 'image'; readonly tag: string }
  | { readonly kind: 'promote'; readonly how: Promotion }
  | { readonly kind: 'abort' | 'retry' | 'pause' | 'resume' | 'restart' | 'delete' }
  | { readonly kind: 'scale'; readonly replicas: number }
  /** Somebody scales a ReplicaSet by hand. */
  | { readonly kind: 'meddle'; readonly replicas: number }
  /** Somebody deletes the object that the router made. */
  | { readonly kind: 'delete-route' }
  | { readonly kind: 'delete-pod' }
  /** Somebody edits fields of its spec: a merge patch. */
  | { readonly kind: 'edit'; readonly spec: JsonObject }
  /** Somebody says yes or no to the gate at which it waits. */
  | { readonly kind: 'approve' | 'reject' }
  /** Somebody gives a ConfigMap other content, all at its key `content`. */
  | { readonly kind: 'configure'; readonly name: string; readonly content: string }
  /** Somebody applies a Service from a manifest that knows of no hash. */
  | { readonly kind: 'apply-service'; readonly name: string };

/** A person who works on one rollout, with the same patches as `kubectl sluice`. */
export class User {
  readonly #api: LocalApi;
  readonly #now: () => number;

  /** `now`: milliseconds since the epoch. */
  constructor(api: LocalApi, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /** Creates an object, or changes what is there. */
  put(kind: Kind, object: Manifest): void {
    const { name, namespace } = object.metadata;
    const place = namespace === undefined ? { name } : { name, namespace };
    if (this.#api.get(kind, place) === null) this.#api.create(kind, object, { manager: MANAGER });
    else this.#api.merge(kind, place, object, { manager: MANAGER });
  }

  /** Does it; says false where it cannot be done now, such as when the rollout is gone. */
  act(place: Place, deed: Deed): boolean {
    const rollout = this.#api.get(kinds.rollouts, place) as (Manifest & Rollout) | null;
    if (rollout === null) return false;
    try {
      return this.#do(place, rollout, deed);
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }

  #do(place: Place, rollout: Manifest & Rollout, deed: Deed): boolean {
    switch (deed.kind) {
      case 'image':
        return this.#setImage(place, rollout, deed.tag);
      case 'promote':
        return this.#send(place, promote(rollout, deed.how));
      case 'abort':
        return this.#send(place, ABORT);
      case 'retry':
        return this.#send(place, RETRY);
      case 'pause':
        return this.#send(place, PAUSE);
      case 'resume':
        return this.#patch(place, { spec: { paused: false } });
      case 'restart':
        return this.#send(place, restart(this.#now()));
      case 'delete':
        this.#api.delete(kinds.rollouts, place);
        return true;
      case 'scale':
        return this.#patch(place, { spec: { replicas: deed.replicas } });
      case 'meddle':
        return this.#meddle(rollout, deed.replicas);
      case 'delete-route':
        return this.#deleteOwned(kinds.ingresses, rollout);
      case 'delete-pod':
        return this.#deletePod(rollout);
      case 'edit':
        return this.#patch(place, { spec: deed.spec });
      case 'approve':
      case 'reject':
        return this.#vote(place, rollout, deed.kind);
      case 'configure':
        return this.#configure(place, deed.name, deed.content);
      case 'apply-service':
        return this.#applyService(place, deed.name);
      default:
        return deed satisfies never;
    }
  }

  #send(place: Place, action: Action | null): boolean {
    if (action === null) return false;
    const { status, object } = action;
    if (status !== null)
      this.#api.merge(kinds.rollouts, place, status, { manager: MANAGER, subresource: 'status' });
    if (object !== null) this.#patch(place, object);
    return true;
  }

  #patch(place: Place, patch: object): boolean {
    this.#api.merge(kinds.rollouts, place, patch, { manager: MANAGER });
    return true;
  }

  /** Of a rollout that takes its template from a Deployment that one is edited. */
  #setImage(place: Place, rollout: Manifest & Rollout, tag: string): boolean {
    const { workloadRef, template } = rollout.spec;
    if (workloadRef === undefined) return this.#patch(place, { spec: withImage(template, tag) });
    const at = { ...place, name: workloadRef.name ?? '' };
    const object = this.#api.get(kinds.deployments, at);
    const spec = object?.['spec'] as { readonly template?: PodTemplate } | undefined;
    if (spec === undefined) return false;
    this.#api.merge(kinds.deployments, at, { spec: withImage(spec.template, tag) }, { manager: MANAGER });
    return true;
  }

  #vote(place: Place, rollout: Manifest & Rollout, says: 'approve' | 'reject'): boolean {
    const open = waitingGate(rollout);
    if (open === null) return false;
    return this.#send(place, vote(open, { who: 'anna', says, comment: '' }));
  }

  #configure({ namespace = '' }: Place, name: string, content: string): boolean {
    this.#api.merge(kinds.configMaps, { namespace, name }, { data: { content } }, { manager: MANAGER });
    return true;
  }

  #applyService({ namespace = '' }: Place, name: string): boolean {
    const patch = { spec: { selector: { [LABEL.podTemplateHash]: null } } };
    this.#api.merge(kinds.services, { namespace, name }, patch, { manager: MANAGER });
    return true;
  }

  #meddle(rollout: Manifest, replicas: number): boolean {
    const last = this.#owned(kinds.replicaSets, rollout).at(-1);
    if (last === undefined) return false;
    this.#api.merge(kinds.replicaSets, last, { spec: { replicas } }, { manager: MANAGER });
    return true;
  }

  #deleteOwned(kind: Kind, rollout: Manifest): boolean {
    const [first] = this.#owned(kind, rollout);
    if (first === undefined) return false;
    this.#api.delete(kind, first);
    return true;
  }

  #deletePod(rollout: Manifest): boolean {
    for (const replicaSet of this.#owned(kinds.replicaSets, rollout).toReversed()) {
      const object = this.#api.get(kinds.replicaSets, replicaSet);
      const [pod] = object === null ? [] : this.#owned(kinds.pods, object);
      if (pod === undefined) continue;
      this.#api.delete(kinds.pods, pod);
      return true;
    }
    return false;
  }

  #owned(kind: Kind, owner: Manifest): readonly Required<Place>[] {
    const { namespace = '', uid } = owner.metadata;
    return this.#api
      .list(kind, { namespace })
      .filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid))
      .map(({ metadata: { name } }) => ({ namespace, name }));
  }
}

/** The part of a spec that gives its first container another image tag. */
function withImage(template: PodTemplate | undefined, tag: string): object {
  const containers = (template?.spec?.['containers'] ?? []) as readonly { readonly image?: string }[];
  const images = containers.map((one, i) =>
    i === 0 ? { ...one, image: `${(one.image ?? '').replace(/:[^:/]*$/, '')}:${tag}` } : one,
  );
  return { template: { spec: { containers: images } } };
}
