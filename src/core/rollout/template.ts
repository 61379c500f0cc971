import type { PodTemplate } from '../../api/meta.ts';
import { parseQuantity } from '../../api/quantity.ts';

/**
 * A pod template as a ReplicaSet can have it: raw, field for field, but without amounts of resources that are
 * no quantities. The API server would refuse them; the original controller loses them on reading, so users
 * have them.
 */
export function usableTemplate(template: PodTemplate): PodTemplate {
  const spec = template.spec;
  if (spec === undefined) return template;
  const lists = ['containers', 'initContainers'].filter((key) => Array.isArray(spec[key]));
  const cleaned = lists.map((key) => [key, (spec[key] as readonly unknown[]).map(usableContainer)] as const);
  return { ...template, spec: { ...spec, ...Object.fromEntries(cleaned) } };
}

type Fields = Readonly<Record<string, unknown>>;

function usableContainer(container: unknown): unknown {
  const resources = fields(fields(container)?.['resources']);
  if (resources === null) return container;
  const parts = ['limits', 'requests'].flatMap((part) => {
    const amounts = fields(resources[part]);
    if (amounts === null) return [];
    const usable = Object.entries(amounts).filter(([, amount]) => parseQuantity(amount) !== null);
    return [[part, Object.fromEntries(usable)] as const];
  });
  return { ...(container as Fields), resources: { ...resources, ...Object.fromEntries(parts) } };
}

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
