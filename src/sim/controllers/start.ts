import type { LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { autoscalerController, type Utilization } from './autoscaler/controller.ts';
import { clusterOf } from './cluster.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption.ts';
import { endpointSliceController } from './endpoints.ts';
import { jobController } from './job/controller.ts';
import { namespaceController, serviceAccountController } from './namespaces.ts';
import { createNodes, type NodeOptions } from './nodes.ts';
import { replicaSetController } from './replicaset.ts';
import { scheduler } from './scheduler.ts';

/** How the controllers of a simulated cluster are run; everything has a default. */
export interface ControllerOptions {
  /** From a change to the look at it. Default 1 to 8 ms. */
  readonly delayMs?: { readonly least: number; readonly most: number };
  /** Whether they write Events, as real ones do. Default true; a simulation is faster without. */
  readonly events?: boolean;
  /** The nodes to begin with. Default: three large ones in three zones. */
  readonly nodes?: NodeOptions;
  /** What autoscalers go by. Default: it is not known, and nothing is scaled. */
  readonly utilization?: Utilization;
}

/** What the controllers need of the world. */
export interface ControllerWorld {
  readonly api: LocalApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly options: ControllerOptions;
}

const DELAY_MS = { least: 1, most: 8 };
const NODES: NodeOptions = {
  count: 3,
  allocatable: { cpu: '1000', memory: '1000Gi', pods: '5000' },
  zones: ['zone-a', 'zone-b', 'zone-c'],
};

/**
 * Starts the controllers that a real cluster has, and its scheduler. They look at what is there already. The
 * kubelets are started by themselves (`../kubelet/kubelet.ts`).
 */
export function startControllers({ api, clock, random, options }: ControllerWorld): { stop(): void } {
  const { delayMs = DELAY_MS, events = true, nodes = NODES } = options;
  createNodes(api, clock, nodes);
  const cluster = clusterOf({ api, clock, random, delayMs, events });
  for (const start of CONTROLLERS) start(cluster);
  autoscalerController(cluster, options.utilization ?? (() => null));
  return { stop: () => cluster.stop() };
}

const CONTROLLERS = [
  namespaceController,
  serviceAccountController,
  scheduler,
  replicaSetController,
  deploymentController,
  jobController,
  endpointSliceController,
  disruptionController,
] as const;
