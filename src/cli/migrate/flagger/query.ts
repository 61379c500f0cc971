import type { Canary } from './canary.ts';

/** A query in our words, or the name of what Flagger would fill in and we cannot. */
export type Query =
  | { readonly kind: 'query'; readonly text: string; readonly isUnclear: boolean }
  | { readonly kind: 'unknown'; readonly name: string };

/** What a query knows of its metric. */
export interface QueryContext {
  readonly interval: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const HOLE = /\{\{-?\s*([\w.]+)\s*-?\}\}/g;
/** How Flagger finds the pods of the Deployment, and not those of `NAME-primary`. */
const PODS = /-\[0-9a-zA-Z\]\+\(-\[0-9a-zA-Z\]\+\)/g;
/** The pods of one version of a Rollout. */
const OWN_PODS = '-{{args.canary-hash}}-[0-9a-zA-Z]+';

/**
 * Fills Flagger's words into a query. Pods of the Deployment become those of the new version. It is unclear
 * where the Deployment's name is left to tell versions apart: a Rollout's both have it.
 */
export function queryOf(template: string, canary: Canary, context: QueryContext): Query {
  const { target, service } = canary;
  const known: Readonly<Record<string, string>> = {
    name: canary.name,
    namespace: '{{args.namespace}}',
    target,
    service: service.apex,
    ingress: canary.ingress || target,
    route: canary.route,
    interval: context.interval,
  };
  const filling = (name: string): string | undefined =>
    name.startsWith('variables.') ? wordOf(context.variables[name.slice('variables.'.length)]) : known[name];
  const holes = [...template.matchAll(HOLE)].map(([, name = '']) => name);
  const missing = holes.find((name) => filling(name) === undefined);
  if (missing !== undefined) return { kind: 'unknown', name: missing };
  const rest = template.replaceAll(HOLE, '');
  if (rest.includes('{{'))
    return { kind: 'unknown', name: rest.slice(rest.indexOf('{{'), rest.indexOf('{{') + 30) };
  const text = template
    .replaceAll(HOLE, (_, name: string) => filling(name) ?? '')
    .replaceAll(PODS, OWN_PODS)
    .trim();
  const tells = text.includes(service.canary) || text.includes('{{args.canary-hash}}');
  return { kind: 'query', text, isUnclear: !tells && holes.includes('target') };
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
