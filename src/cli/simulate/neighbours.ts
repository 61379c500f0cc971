import type { AnalysisTemplateSpec } from '../../api/analysis.ts';
import type { Manifest } from '../../api/meta.ts';
import { find } from '../../api/path.ts';
import type { Rollout, RolloutAnalysis } from '../../api/rollout.ts';
import { flatten } from '../../core/analysis/flatten.ts';
import { templateKey } from '../../core/world.ts';
import { fieldsOf, listOf } from '../../routers/fields.ts';
import { gatewaySchema, routesIn } from '../../routers/gateway/config.ts';
import { Refusal } from '../refusal.ts';
import { completed } from './workload.ts';

/** Something that a Rollout needs and that was not given. */
export interface Made {
  readonly object: Manifest;
  /** Why it was made, in words. */
  readonly why: string;
}

/** Fields of a Rollout that hold an analysis. */
const ANALYSES = [
  'spec.strategy.canary.analysis',
  'spec.strategy.canary.steps[].analysis',
  'spec.strategy.blueGreen.prePromotionAnalysis',
  'spec.strategy.blueGreen.postPromotionAnalysis',
];

/**
 * What the Rollouts name and nobody gave, made up as it usually is: Services, Ingresses, routes, Secrets.
 * Throws a Refusal where an analysis template is missing, for what it would ask nobody can know.
 */
export function neighboursOf(
  rollouts: readonly (Manifest & Rollout)[],
  others: readonly Manifest[],
): readonly Made[] {
  const made: Made[] = [];
  const has = (kind: string, { namespace, name }: Place): boolean =>
    [...others, ...made.map(({ object }) => object)].some(
      (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
    );
  for (const rollout of rollouts.map((one) => completed(one, others))) {
    for (const { object, why } of [...services(rollout), ...routes(rollout)]) {
      const { namespace = '', name } = object.metadata;
      if (!has(object.kind, { namespace, name })) made.push({ object, why });
    }
    checkTemplates(rollout, others);
  }
  for (const secret of secretsIn(others, rollouts))
    if (
      !has('Secret', { namespace: secret.object.metadata.namespace ?? '', name: secret.object.metadata.name })
    )
      made.push(secret);
  return made;
}

/** Templates by the keys of `templateKey`, as they are seen from a namespace. */
export function templatesIn(
  others: readonly Manifest[],
  namespace: string,
): Readonly<Record<string, AnalysisTemplateSpec>> {
  const near = others.filter(
    ({ kind, metadata }) =>
      kind === 'ClusterAnalysisTemplate' || (kind === 'AnalysisTemplate' && metadata.namespace === namespace),
  );
  return Object.fromEntries(
    near.map(({ kind, metadata, ...rest }) => [
      templateKey({ templateName: metadata.name, clusterScope: kind === 'ClusterAnalysisTemplate' }),
      rest['spec'] as AnalysisTemplateSpec,
    ]),
  );
}

/** The analyses of a Rollout, those of steps with their place. */
export function analysesIn(
  rollout: Rollout,
): readonly { readonly path: string; readonly analysis: RolloutAnalysis }[] {
  return ANALYSES.flatMap((pattern) => find(rollout, pattern)).map(({ path, value }) => ({
    path,
    analysis: value as RolloutAnalysis,
  }));
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

function services(rollout: Manifest & Rollout): readonly Made[] {
  return servicesOf(rollout).map((name) => ({
    object: serviceFor(rollout, name),
    why: `the Rollout names Service ${name}`,
  }));
}

/** The Services that a Rollout names, that of the version which users see first. */
export function servicesOf({ spec }: Rollout): readonly string[] {
  const { canary, blueGreen } = spec.strategy ?? {};
  const { pingService, pongService } = canary?.pingPong ?? {};
  const named = [
    canary?.stableService,
    canary?.canaryService,
    pingService,
    pongService,
    blueGreen?.activeService,
    blueGreen?.previewService,
  ];
  return named.filter((name) => name !== undefined);
}

/** A Service that selects all pods of a Rollout, whatever their version. */
export function serviceFor(rollout: Manifest & Rollout, name: string): Manifest {
  const { selector, template } = rollout.spec;
  const labels = selector?.matchLabels ?? template?.metadata?.labels ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: rollout.metadata.namespace ?? '' },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: portOf(rollout) }] },
  };
}

const USUAL_PORT = 8080;

function portOf(rollout: Rollout): number {
  const containers = listOf(fieldsOf(rollout.spec.template?.spec)['containers']).map(fieldsOf);
  const ports = containers.flatMap((container) => listOf(container['ports']).map(fieldsOf));
  const [first] = ports.map((port) => port['containerPort']).filter((port) => typeof port === 'number');
  return first ?? USUAL_PORT;
}

function routes(rollout: Manifest & Rollout): readonly Made[] {
  const { trafficRouting = {}, stableService = '', canaryService = '' } = rollout.spec.strategy?.canary ?? {};
  const { namespace = '' } = rollout.metadata;
  const host = `${rollout.metadata.name}.example.com`;
  const { stableIngress, stableIngresses = [] } = trafficRouting.nginx ?? {};
  const names = [...(stableIngress === undefined ? [] : [stableIngress]), ...stableIngresses];
  const ingresses = names.map((name): Made => {
    const backend = { service: { name: stableService, port: { number: 80 } } };
    const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
    const spec = { ingressClassName: 'nginx', rules: [{ host, http }] };
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace },
      spec,
    };
    return { object, why: `the Rollout names Ingress ${name}` };
  });
  const gateway = gatewaySchema.safeParse(trafficRouting.plugins?.['argoproj-labs/gatewayAPI']);
  const named = gateway.success ? routesIn(gateway.data) : [];
  const gatewayRoutes = named.map(({ kind, name }): Made => {
    const place = { name, namespace: gateway.data?.namespace ?? namespace };
    const elsewhere = place.namespace === namespace ? {} : { namespace };
    const backends = [stableService, canaryService].map((service) => ({
      name: service,
      ...elsewhere,
      port: 80,
    }));
    const rules = [{ backendRefs: backends }];
    const spec = { parentRefs: [{ name: 'gateway' }], hostnames: [host], rules };
    const object = { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: place, spec };
    return { object, why: `the Rollout names ${kind} ${name}` };
  });
  return [...ingresses, ...gatewayRoutes];
}

function checkTemplates(rollout: Manifest & Rollout, others: readonly Manifest[]): void {
  const templates = templatesIn(others, rollout.metadata.namespace ?? '');
  for (const { analysis } of analysesIn(rollout)) {
    const [missing] = flatten(analysis.templates ?? [], templates).missing;
    if (missing !== undefined)
      throw new Refusal(
        `${missing.kind} "${missing.name}" is not among what was given: add its file with -f`,
      );
  }
}

/** Secrets that templates read arguments from, with values that let nobody in anywhere. */
function secretsIn(others: readonly Manifest[], rollouts: readonly Manifest[]): readonly Made[] {
  const namespaces = [...new Set(rollouts.map(({ metadata }) => metadata.namespace ?? ''))];
  const ofAnalyses = others.flatMap((other) => find(other, 'spec.args[].valueFrom.secretKeyRef'));
  return [
    ...ofAnalyses.flatMap(({ value }) =>
      namespaces.map((namespace) => secret(value, namespace, 'an analysis')),
    ),
    ...rollouts.flatMap((rollout) =>
      find(rollout, `${GATE_HEADERS}.valueFrom.secretKeyRef`).map(({ value }) =>
        secret(value, rollout.metadata.namespace ?? '', 'a gate'),
      ),
    ),
  ];
}

const GATE_HEADERS = 'spec.strategy.canary.steps[].plugin.config.webhook.headers[]';

function secret(ref: unknown, namespace: string, who: string): Made {
  const { name = '', key = '' } = fieldsOf(ref) as { readonly name?: string; readonly key?: string };
  const metadata = { name, namespace };
  const object = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { [key]: 'simulated' } };
  return { object, why: `${who} reads Secret ${name}` };
}
