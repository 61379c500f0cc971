import { valueAt } from '../bed/api.ts';
import type { KubeObject } from '../bed/client.ts';
import type { Application } from './application.ts';

const WEIGHT = 'nginx.ingress.kubernetes.io/canary-weight';

/** Applies the Ingress `NAME` of an application, which sends everything to its stable Service. */
export async function putIngress(app: Application): Promise<void> {
  const service = { name: `${app.name}-stable`, port: { number: 80 } };
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }];
  await app.put('networking.k8s.io/v1', 'Ingress', app.name, {
    spec: { ingressClassName: 'nginx', rules: [{ host: `${app.name}.example.com`, http: { paths } }] },
  });
}

/** The name of the canary Ingress of an application whose Ingress is `NAME`. */
export function canaryIngress({ name }: Application): string {
  return `${name}-${name}-canary`;
}

/** The weight in a canary Ingress; null where it is not there. */
export function ingressWeight(ingress: KubeObject | null): number | null {
  const weight = ingress?.metadata.annotations?.[WEIGHT];
  return weight === undefined ? null : Number(weight);
}

/** Applies an HTTPRoute that is prepared for a canary: both Services in one rule. */
export async function putHttpRoute(app: Application, name = app.name): Promise<void> {
  await app.put('gateway.networking.k8s.io/v1', 'HTTPRoute', name, {
    spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: backends(app) }] },
  });
}

/** The two Services as backends of a rule. */
export function backends({ name }: Application): readonly object[] {
  return ['stable', 'canary'].map((role) => ({ name: `${name}-${role}`, port: 80 }));
}

/** The weights of stable and canary in a rule of an HTTPRoute; 1 where none is written, as the API has it. */
export function routeWeights(route: unknown, rule = 0): readonly [stable: number, canary: number] {
  const refs = (valueAt(route, `spec.rules.${rule}.backendRefs`) ?? []) as readonly {
    readonly name: string;
    readonly weight?: number;
  }[];
  const weight = (suffix: string) => refs.find(({ name }) => name.endsWith(suffix))?.weight ?? 1;
  return [weight('-stable'), weight('-canary')];
}

/** `trafficRouting` by Gateway API, as users of the original's plugin write it. */
export function byGateway(config: object): object {
  return { plugins: { 'argoproj-labs/gatewayAPI': config } };
}

/** The canary strategy that most tests use, with the Services of `app`. */
export function routed(app: Application, trafficRouting: object, steps: readonly object[]): object {
  return {
    canaryService: `${app.name}-canary`,
    stableService: `${app.name}-stable`,
    trafficRouting,
    abortScaleDownDelaySeconds: 1,
    scaleDownDelaySeconds: 1,
    steps,
  };
}
