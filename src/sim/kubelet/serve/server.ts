import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { behaviourOf, servingContainer } from '../behaviour.ts';
import type { Pod } from '../pod.ts';
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
 * often as asked.
 */
export async function servePod(pod: Pod, address: string): Promise<PodServer> {
  const handle = application(pod);
  const servers = await Promise.all(portsOf(pod).map((port) => listen(createServer(handle), port, address)));
  return {
    close: async () => {
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

function listen(server: Server, port: number, address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
