import type { Manifest } from '../../api/meta.ts';
import { fieldsOf, listOf } from '../../routers/fields.ts';

/** What decides on which node a pod may be: there are enough of all kinds. */
const PLACING = [
  'affinity',
  'nodeSelector',
  'nodeName',
  'tolerations',
  'topologySpreadConstraints',
  'schedulerName',
  'schedulingGates',
  'runtimeClassName',
  'priorityClassName',
];

/**
 * A Rollout whose pods fit the simulated nodes: nothing that decides where they are, no resources, and init
 * containers that end at once.
 */
export function fitting<Kind extends Manifest>(rollout: Kind): Kind {
  const spec = fieldsOf(rollout['spec']);
  const template = fieldsOf(spec['template']);
  if (spec['template'] === undefined) return rollout;
  const pod = fieldsOf(template['spec']);
  const kept = Object.entries(pod).filter(([field]) => !PLACING.includes(field));
  const fitted = {
    ...Object.fromEntries(kept),
    containers: listOf(pod['containers']).map(light),
    ...(pod['initContainers'] === undefined
      ? {}
      : { initContainers: listOf(pod['initContainers']).map(light).map(ending) }),
  };
  return { ...rollout, spec: { ...spec, template: { ...template, spec: fitted } } };
}

function light(container: unknown): Readonly<Record<string, unknown>> {
  const { resources: _, ...rest } = fieldsOf(container);
  return rest;
}

/** What is restarted always is a sidecar and goes on. */
function ending(container: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (container['restartPolicy'] === 'Always') return container;
  const { args: _, ...rest } = container;
  return { ...rest, command: ['true'] };
}
