import type { Resource } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import { workloadGroup, workloadKind } from '../api/workload-kinds.ts';
import type { Workload } from '../core/world.ts';
import type { Following, WorkloadKind } from './following.ts';

/** What a rollout refers to and what is read only where it is needed. */
export interface Found {
  /** Null where it has a template of its own. */
  readonly workload: Omit<Workload, 'stored'> | null;
}

const NOTHING: Found = { workload: null };
const UNSAID = { object: null, isGone: true, issues: [] } as const;

/**
 * Looks up what a rollout refers to. Null where that is still being read: then there is a look at the rollout
 * once it is known. Throws a Failure.
 */
export async function lookUp(
  following: Following,
  rollout: Rollout,
  key: string,
  signal: AbortSignal,
): Promise<Found | null> {
  // Total: what the API server lets through may lack a spec, or have something else in its place.
  const ref: unknown = (rollout.spec as Partial<Rollout['spec']> | undefined)?.workloadRef;
  if (typeof ref !== 'object' || ref === null) {
    following.forgetWorkloads(key);
    return NOTHING;
  }
  const { apiVersion = '', kind = '', name = '' } = rollout.spec.workloadRef ?? {};
  // What is wrong with such a reference is told with the spec.
  if (name === '' || workloadKind(apiVersion, kind) === 'unsupported') return { workload: UNSAID };
  const place = `${rollout.metadata.namespace ?? ''}/${name}`;
  const found = await following.workloads(apiVersion, kind, signal);
  following.forgetWorkloads(key, found);
  if (found.kind !== 'followed') {
    following.lookLater(key);
    return { workload: issue(kindMessage(found, rollout), { isGone: false }) };
  }
  const { follower, resource } = found;
  follower.want(key, [place]);
  if (follower.find(place).kind === 'unread') await follower.read(place, signal);
  else await following.lag.catchUp(key, rollout, follower, place, signal);
  const known = follower.find(place);
  switch (known.kind) {
    case 'waiting':
    case 'unread':
      return null;
    case 'there': {
      const { object } = known;
      if (object.spec.template !== null) return { workload: { object, isGone: false, issues: [] } };
      const places = 'neither at spec.template nor at template';
      return { workload: issue(`${kind} "${name}" has no pod template, ${places}`, { isGone: false }) };
    }
    case 'missing':
      return { workload: issue(`${qualified(resource)} "${place}" not found`, { isGone: true }) };
    case 'unreadable':
      return { workload: issue(unreadable(known.why, resource), { isGone: known.why === 'absent' }) };
    default:
      return known satisfies never;
  }
}

function issue(message: string, { isGone }: { readonly isGone: boolean }) {
  return { object: null, isGone, issues: [{ path: '', message }] };
}

function kindMessage(found: WorkloadKind, { spec }: Rollout): string {
  const { apiVersion = '', kind = '' } = spec.workloadRef ?? {};
  const type = `workload of type ${workloadGroup(apiVersion)}/${kind} is not supported`;
  return found.kind === 'tooMany' ? `${type}: too many kinds are followed` : type;
}

function unreadable(why: 'absent' | 'forbidden', resource: Resource): string {
  const name = qualified(resource);
  if (why === 'absent') return `${name} are not installed in this cluster`;
  return `${name} cannot be read: the controller has no right to list and watch them`;
}

/** `deployments.apps`, `podtemplates`. */
function qualified({ resource, group }: Resource): string {
  return group === '' ? resource : `${resource}.${group}`;
}
