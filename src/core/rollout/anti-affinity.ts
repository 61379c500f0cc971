import { LABEL } from '../../api/keys.ts';
import type { PodTemplate } from '../../api/meta.ts';
import type { AntiAffinity } from '../../api/rollout.ts';
import type { Release } from './release.ts';

/** Keeps pods off the nodes of another version: one term, and in which of the two lists it stands. */
export interface Repulsion {
  readonly list:
    | 'requiredDuringSchedulingIgnoredDuringExecution'
    | 'preferredDuringSchedulingIgnoredDuringExecution';
  readonly term: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What keeps pods of the wanted version off the nodes of the stable one; null where the strategy does not ask
 * for it or there is no other version. What is there when a version becomes stable stays, as the original
 * leaves it: the version that it names goes.
 */
export function repulsion(release: Release): Repulsion | null {
  const { canarySpec, blueGreenSpec, stable, current, rollout } = release;
  const rule: AntiAffinity | undefined = (blueGreenSpec ?? canarySpec).antiAffinity;
  if (rule === undefined || stable === null || stable === current) return null;
  const term = {
    labelSelector: {
      matchExpressions: [{ key: LABEL.podTemplateHash, operator: 'In', values: [stable.hash] }],
    },
    namespaces: [rollout.metadata.namespace ?? ''],
    topologyKey: 'kubernetes.io/hostname',
  };
  const preferred = rule.preferredDuringSchedulingIgnoredDuringExecution;
  if (preferred === undefined) return { list: 'requiredDuringSchedulingIgnoredDuringExecution', term };
  return {
    list: 'preferredDuringSchedulingIgnoredDuringExecution',
    term: { weight: preferred.weight, podAffinityTerm: term },
  };
}

/** The template with one term more, after those of its user. The template given is not changed. */
export function withRepulsion(template: PodTemplate, { list, term }: Repulsion): PodTemplate {
  const spec = template.spec ?? {};
  const affinity = fields(spec['affinity']);
  const rules = fields(affinity['podAntiAffinity']);
  const terms: readonly unknown[] = Array.isArray(rules[list]) ? rules[list] : [];
  const podAntiAffinity = { ...rules, [list]: [...terms, term] };
  return { ...template, spec: { ...spec, affinity: { ...affinity, podAntiAffinity } } };
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
