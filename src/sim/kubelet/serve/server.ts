import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { behaviourOf, servingContainer } from '../behaviour.ts';
import type { Pod } from '../pod.ts';
import { type Door, type Doors, isTaken } from './doors.ts';
import { requestMetrics } from './metrics.ts';

/** The listening servers of one pod. */
export interface PodServer {
  /** Stops listening, lets requests that are under way end, and drops idle connections. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8080;

/**
 * Listens on every TCP port of the pod's containers (8080 without any), on the pod's own address. `/healthz`
 * answers `ok`, `/metrics` the counts in Prometheus' format, every other path the version, or an error as
 * often as asked. With `doors` it listens elsewhere where that address cannot be had; with null it throws.
 */
export async function servePod(pod: Pod, address: string, doors: Doors | null): Promise<PodServer> {
  const handle = application(pod);
  const wanted = portsOf(pod).map((port) => ({ host: address, port }));
  const servers = await Promise.all(wanted.map((door) => open(createServer(handle), door, doors)));
  return {
    close: async () => {
      for (const door of wanted) doors?.forget(door);
      await Promise.all(servers.map(close));
    },
  };
}

function application(pod: Pod): RequestListener {
  const { version, errorRate, latencyMs } = behaviourOf(servingContainer(pod));
  const metrics = requestMetrics(labelsOf(pod, version));
  // Errors come at an even pace, not by chance: of any hundred requests, as many fail as the rate says.
  let due = 0;
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/healthz') return void response.end('ok\n');
    if (request.url === '/metrics') {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      return void response.end(metrics.text());
    }
    const started = performance.now();
    due += errorRate;
    const fails = due >= 1 - 1e-9;
    if (fails) due -= 1;
    const answer = () => {
      response.statusCode = fails ? 500 : 200;
      metrics.observe(response.statusCode, (performance.now() - started) / 1000);
      response.setHeader('x-version', version);
      response.end(`${version}\n`);
    };
    request.resume();
    if (latencyMs > 0) setTimeout(answer, latencyMs);
    else answer();
  };
}

function labelsOf(pod: Pod, version: string) {
  const { name, namespace = '', labels = {} } = pod.metadata;
  const hash = labels['rollouts-pod-template-hash'] ?? labels['pod-template-hash'] ?? '';
  return { version, pod: name, namespace, app: labels['app'] ?? '', pod_template_hash: hash };
}

/** The TCP ports that a pod's servers listen on. */
export function portsOf(pod: Pod): readonly number[] {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const tcp = ports.filter((port) => (port.protocol ?? 'TCP') === 'TCP').map((port) => port.containerPort);
  return tcp.length === 0 ? [DEFAULT_PORT] : [...new Set(tcp)];
}

async function open(server: Server, wanted: Door, doors: Doors | null): Promise<Server> {
  try {
    await listen(server, wanted);
  } catch (error) {
    if (doors === null || !isTaken(error)) throw error;
    await listen(server, { host: '127.0.0.1', port: 0 });
    const { port } = server.address() as AddressInfo;
    doors.move(wanted, { host: '127.0.0.1', port });
  }
  return server;
}

function listen(server: Server, { host, port }: Door): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  return promise.finally(() => server.off('error', reject));
}

function close(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
