import type { Issue, Manifest } from '../api/meta.ts';
import { at } from '../api/path.ts';
import type { Rollout } from '../api/rollout.ts';
import type { TrafficRouting } from '../api/traffic.ts';
import { type Bind, type Binding, binder } from './bind.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { gatewayHolding } from './gateway/holding.ts';
import { gateway } from './gateway.ts';
import { nginxHolding } from './nginx/holding.ts';
import { nginx } from './nginx.ts';
import type { BoundRouter, Holding } from './router.ts';

/** Routers that are fields of `trafficRouting`, in the order in which they are written. */
export const ROUTERS: Readonly<Record<string, Bind>> = {
  [nginx.name]: binder(nginx),
};

/** Routers that are entries of `trafficRouting.plugins`. */
export const PLUGINS: Readonly<Record<string, Bind>> = {
  [gateway.name]: binder(gateway),
};

/** Kinds of objects that routers write, and how what Rollouts have on one is found and taken off. */
const HOLDINGS: Readonly<Record<string, Holding>> = {
  Ingress: nginxHolding,
  HTTPRoute: gatewayHolding,
  GRPCRoute: gatewayHolding,
};

/** How what Rollouts have on such an object is found; null for a kind that no router writes. */
export function holdingOf({ kind }: Pick<Manifest, 'kind'>): Holding | null {
  return HOLDINGS[kind] ?? null;
}

/** Names of a Rollout's routers that cannot send shares of the traffic to experiments. */
export function unableRouters({ spec }: Pick<Rollout, 'spec'>): readonly string[] {
  const routing = spec?.strategy?.canary?.trafficRouting;
  const found = routing === undefined ? null : routersOf(routing);
  const routers = found?.kind === 'routers' ? found.routers : [];
  return routers.filter(({ can }) => can.additional !== true).map(({ name }) => name);
}

/** Fields of `trafficRouting` that name no router. */
const OTHERS = ['plugins', 'managedRoutes', 'maxTrafficWeight'];

/** Routers that the API knows and we do not have yet. */
const LATER = ['istio', 'alb', 'smi', 'ambassador', 'appMesh', 'traefik', 'apisix'];

const PATH = 'spec.strategy.canary.trafficRouting';

/** The routers of a Rollout, or everything that is wrong with their configuration. */
export type RoutersFound =
  | { readonly kind: 'routers'; readonly routers: readonly BoundRouter[] }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/**
 * The routers that `spec.strategy.canary.trafficRouting` asks for, in the order of the tables, plugins last.
 * A name that is in no table is an issue, never passed over.
 */
export function routersOf(trafficRouting: TrafficRouting): RoutersFound {
  const fields = fieldsOf(trafficRouting);
  const plugins = fieldsOf(fields['plugins']);
  const bindings = [...bindAll(ROUTERS, fields, PATH), ...bindAll(PLUGINS, plugins, at(PATH, 'plugins'))];
  const issues = [
    ...unknown(fields, [...Object.keys(ROUTERS), ...OTHERS]).map(unknownRouter),
    ...unknown(plugins, Object.keys(PLUGINS)).map(unknownPlugin),
    ...bindings.flatMap((binding) => (binding.kind === 'issues' ? binding.issues : [])),
  ];
  if (issues.length > 0) return { kind: 'issues', issues };
  const routers = bindings.flatMap((binding) => (binding.kind === 'router' ? [binding.router] : []));
  return { kind: 'routers', routers };
}

function bindAll(table: Readonly<Record<string, Bind>>, configs: Fields, path: string): readonly Binding[] {
  return Object.entries(table)
    .filter(([name]) => isSet(configs[name]))
    .map(([name, bind]) => bind(configs[name], at(path, name)));
}

function unknown(fields: Fields, known: readonly string[]): readonly string[] {
  return Object.keys(fields).filter((name) => isSet(fields[name]) && !known.includes(name));
}

function unknownRouter(name: string): Issue {
  const path = at(PATH, name);
  if (LATER.includes(name)) return { path, message: `not supported yet: traffic router ${name}` };
  const plugin = Object.keys(PLUGINS).find((key) => key.endsWith(`/${name}`));
  const hint =
    plugin === undefined
      ? `known are ${Object.keys(ROUTERS).join(', ')}`
      : `write it as plugins: {"${plugin}": ...}`;
  return { path, message: `unknown traffic router; ${hint}` };
}

function unknownPlugin(name: string): Issue {
  const known = Object.keys(PLUGINS).join(', ');
  return {
    path: at(PATH, 'plugins', name),
    message: `unknown traffic router plugin; known are ${known}`,
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
