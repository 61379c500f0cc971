import type { Manifest, StringMap } from '../../../src/api/meta.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { MeshRequest } from '../../../src/sim/mesh/data-plane.ts';
import { DATA_PLANES } from '../../../src/sim/mesh/mesh.ts';
import { type Lag, NO_LAG, View } from '../../../src/sim/mesh/view.ts';
import { Random } from '../../../src/sim/random.ts';
import type { StepReport } from '../../../src/sim/traffic/ledger.ts';
import { type Load, Traffic, type TrafficOptions, USUAL } from '../../../src/sim/traffic/traffic.ts';

const writing = { manager: 'test' };
const status = { ...writing, subresource: 'status' } as const;
const namespace = 'default';

/** The host of the town's Ingress. */
export const HOST = 'shop.example.com';

/** An API server with Services, Ingresses and pods that are put there by hand, and users. */
export class Town {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly api: ApiServer;
  readonly view: View;
  readonly steps: StepReport[] = [];
  readonly #seed: string;

  constructor({ seed = 'town', lag = NO_LAG }: { readonly seed?: string; readonly lag?: Lag } = {}) {
    this.#seed = seed;
    this.api = new ApiServer({ clock: this.clock, random: new Random(`${seed} api`) });
    this.view = new View({ api: this.api, clock: this.clock, random: new Random(`${seed} view`), lag });
  }

  service(name: string): void {
    const spec = { selector: { app: 'web', role: name }, ports: [{ port: 80, targetPort: 8080 }] };
    this.api.create(
      kinds.services,
      { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec },
      writing,
    );
  }

  /** The main Ingress to Service `stable`. */
  ingress(): void {
    this.api.create(kinds.ingresses, ingressTo('stable', 'web', {}), writing);
  }

  /** The canary Ingress to Service `canary`, new or changed. */
  weigh(weight: number): void {
    const prefix = 'nginx.ingress.kubernetes.io';
    const annotations = { [`${prefix}/canary`]: 'true', [`${prefix}/canary-weight`]: `${weight}` };
    const ingress = ingressTo('canary', 'web-canary', annotations);
    if (this.api.get(kinds.ingresses, { namespace, name: 'web-canary' }) === null) {
      this.api.create(kinds.ingresses, ingress, writing);
    } else this.api.merge(kinds.ingresses, { namespace, name: 'web-canary' }, ingress, writing);
  }

  /** A running pod of a Service, ready from now on. */
  pod(
    name: string,
    role: string,
    { tag = '1', env = {}, ...more }: { tag?: string; env?: StringMap; preStopSeconds?: number } = {},
  ): void {
    const labels = { app: 'web', role, 'rollouts-pod-template-hash': `hash-${tag}` };
    const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
    const lifecycle = { preStop: { sleep: { seconds: more.preStopSeconds ?? 0 } } };
    const spec = {
      nodeName: 'node-1',
      containers: [
        { name: 'web', image: `web:${tag}`, ports: [{ containerPort: 8080 }], env: variables, lifecycle },
      ],
    };
    const metadata = { name, namespace, labels };
    this.api.create(kinds.pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec }, writing);
    this.say(name, true);
  }

  /** Whether a pod is ready. */
  say(name: string, ready: boolean, restartCount = 0): void {
    const at = new Date(this.clock.now()).toISOString();
    const patch = {
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at }],
        containerStatuses: [
          { name: 'web', image: 'web', ready, restartCount, state: { running: { startedAt: at } } },
        ],
      },
    };
    this.api.merge(kinds.pods, { namespace, name }, patch, status);
  }

  traffic(more: Partial<TrafficOptions> & { readonly loads: readonly Load[] }): Traffic {
    return new Traffic({
      ...USUAL,
      api: this.api,
      view: this.view,
      planes: DATA_PLANES,
      clock: this.clock,
      random: new Random(`${this.#seed} traffic`),
      onStep: (report) => this.steps.push(report),
      scrape: null,
      ...more,
    });
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.run(this.clock.elapsed() + 1000 * seconds);
  }
}

/** Users of the town's Ingress. */
export function users(perSecond: number, request: Partial<MeshRequest> = {}): Load {
  return {
    name: 'users',
    rate: { kind: 'constant', perSecond },
    request: { host: HOST, path: '/', method: 'GET', headers: {}, ...request },
  };
}

function ingressTo(service: string, name: string, annotations: StringMap): Manifest {
  const backend = { service: { name: service, port: { number: 80 } } };
  const rules = [{ host: HOST, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, annotations },
    spec: { ingressClassName: 'nginx', rules },
  };
}
