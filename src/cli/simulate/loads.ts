import type { Manifest } from '../../api/meta.ts';
import type { Rollout } from '../../api/rollout.ts';
import { fieldsOf, listOf, textOf } from '../../routers/fields.ts';
import { gatewaySchema, routesIn } from '../../routers/gateway/config.ts';
import type { Load } from '../../sim/traffic/traffic.ts';
import { type Made, serviceFor, servicesOf } from './neighbours.ts';

/** Where the users of a Rollout go, and what had to be made for it. */
export interface Visit {
  readonly request: Load['request'];
  readonly made: readonly Made[];
}

/** Where users ask for what a Rollout runs: at its route, or else at a Service that selects its pods. */
export function visitOf(rollout: Manifest & Rollout, objects: readonly Manifest[]): Visit {
  const at = (host: string, path = '/', headers: Load['request']['headers'] = {}): Visit => ({
    request: { host, path, method: 'GET', headers },
    made: [],
  });
  const { namespace = '', name } = rollout.metadata;
  const { canary = {}, blueGreen } = rollout.spec.strategy ?? {};
  if (blueGreen !== undefined) return at(`${blueGreen.activeService}.${namespace}`);
  const { nginx, plugins } = canary.trafficRouting ?? {};
  const ingress = nginx?.stableIngress ?? nginx?.stableIngresses?.[0];
  const found = (kind: string, place: { readonly namespace: string; readonly name: string }) =>
    objects.find(
      (one) =>
        one.kind === kind && one.metadata.name === place.name && one.metadata.namespace === place.namespace,
    );
  if (ingress !== undefined) {
    const { host, path } = ruleOf(found('Ingress', { namespace, name: ingress }), canary.stableService ?? '');
    return at(host, path);
  }
  const gateway = gatewaySchema.safeParse(plugins?.['argoproj-labs/gatewayAPI']);
  const [route] = gateway.success ? routesIn(gateway.data) : [];
  if (route !== undefined) {
    const place = { namespace: gateway.data?.namespace ?? namespace, name: route.name };
    const { host, path, headers } = matchOf(found(route.kind, place));
    const isCall = route.kind === 'GRPCRoute';
    return at(host, path, isCall ? { ...headers, 'content-type': 'application/grpc' } : headers);
  }
  const own = servicesOf(rollout);
  const service = objects.find(
    (one) => one.kind === 'Service' && !own.includes(one.metadata.name) && selects(one, rollout),
  );
  if (service !== undefined) return at(`${service.metadata.name}.${namespace}`);
  const made = serviceFor(rollout, `${name}-all`);
  const why =
    own[0] === undefined
      ? 'no Service selects the pods, and users need one'
      : 'without trafficRouting users need a Service that selects the pods of all versions';
  return { ...at(`${name}-all.${namespace}`), made: [{ object: made, why }] };
}

function selects(service: Manifest, rollout: Rollout & Manifest): boolean {
  if (service.metadata.namespace !== rollout.metadata.namespace) return false;
  const labels = rollout.spec.template?.metadata?.labels ?? {};
  const selector = Object.entries(fieldsOf(fieldsOf(service['spec'])['selector']));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

const ANY_HOST = 'www.example.com';

function ruleOf(
  ingress: Manifest | undefined,
  service: string,
): { readonly host: string; readonly path: string } {
  const rules = listOf(fieldsOf(ingress?.['spec'])['rules']).map(fieldsOf);
  for (const rule of rules) {
    const paths = listOf(fieldsOf(rule['http'])['paths']).map(fieldsOf);
    const path = paths.find((one) => fieldsOf(fieldsOf(one['backend'])['service'])['name'] === service);
    if (path === undefined) continue;
    const text = textOf(path['path']) ?? '/';
    return { host: hostOf(textOf(rule['host'])), path: /^[\w/.-]*$/.test(text) ? text : '/' };
  }
  return { host: ANY_HOST, path: '/' };
}

function matchOf(route: Manifest | undefined): Omit<Load['request'], 'method'> {
  const spec = fieldsOf(route?.['spec']);
  const rule = fieldsOf(listOf(spec['rules'])[0]);
  const match = fieldsOf(listOf(rule['matches'])[0]);
  const path = fieldsOf(match['path']);
  const method = fieldsOf(match['method']);
  const headers = listOf(match['headers'])
    .map(fieldsOf)
    .filter(({ type = 'Exact' }) => type === 'Exact')
    .map(({ name, value }) => [String(name).toLowerCase(), String(value)] as const);
  const isPlain = path['type'] !== 'RegularExpression';
  const called =
    method['service'] === undefined
      ? '/'
      : `/${textOf(method['service']) ?? ''}/${textOf(method['method']) ?? 'Get'}`;
  return {
    host: hostOf(textOf(listOf(spec['hostnames'])[0])),
    path: (isPlain ? textOf(path['value']) : undefined) ?? called,
    headers: Object.fromEntries(headers),
  };
}

function hostOf(host: string | undefined): string {
  return host === undefined || host === '' ? ANY_HOST : host.replace(/^\*/, 'www');
}
