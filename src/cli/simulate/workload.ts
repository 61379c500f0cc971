import type { Manifest, PodTemplate } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import { fieldsOf } from '../../routers/fields.ts';
import { Refusal } from '../refusal.ts';

/** Kinds that a Rollout may refer to and that are simulated. */
const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet']);

/**
 * The object that holds the pod template of a Rollout: itself, or the workload that it refers to. Throws a
 * Refusal where that was not given.
 */
export function holderOf(rollout: Manifest & Rollout, others: readonly Manifest[]): Manifest {
  const { workloadRef } = rollout.spec;
  if (workloadRef === undefined) return rollout;
  const { kind = '', name = '' } = workloadRef;
  const { namespace } = rollout.metadata;
  if (!WORKLOADS.has(kind)) throw new Refusal(`spec.workloadRef: a ${kind} cannot be simulated`);
  const found = others.find(
    (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
  );
  if (found !== undefined) return found;
  throw new Refusal(
    `${kind} "${name}", which Rollout "${rollout.metadata.name}" refers to, is not among what was given: add its file with -f`,
  );
}

/** The Rollout with the pod template and the selector that it has in the end. */
export function completed<Kind extends Manifest & Rollout>(rollout: Kind, others: readonly Manifest[]): Kind {
  if (rollout.spec.workloadRef === undefined) return rollout;
  const held = fieldsOf(holderOf(rollout, others)['spec']) as Pick<Rollout['spec'], 'template' | 'selector'>;
  const { template, selector } = held;
  const spec = {
    ...rollout.spec,
    ...(template === undefined ? {} : { template }),
    ...(selector === undefined ? {} : { selector }),
  };
  return { ...rollout, spec };
}

/** The object that has to change for a new pod template: the rest of a workload stays as it is by then. */
export function withTemplate(holder: Manifest, template: PodTemplate): Manifest {
  if (holder.kind === 'Rollout') return { ...holder, spec: { ...fieldsOf(holder['spec']), template } };
  return { ...holder, spec: { template } };
}

/** True for objects whose pods must fit the simulated nodes. */
export function isWorkload({ kind }: Manifest): boolean {
  return WORKLOADS.has(kind);
}
