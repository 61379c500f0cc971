import type { MeshRequest, Routing } from '../../../src/sim/mesh/data-plane.ts';

/** A request for `GET /` of `shop.example.com`. */
export function request(more: Partial<MeshRequest> = {}): MeshRequest {
  return { host: 'shop.example.com', path: '/', method: 'GET', headers: {}, ...more };
}

/** A routing in one line: shares in percent, such as `stable 80, canary 20`, or the status of its answer. */
export function told(routing: Routing | null): string {
  if (routing === null) return 'nothing';
  if (routing.kind === 'answer') return `${routing.status}`;
  if (routing.kind === 'refused') return `refused: ${routing.message}`;
  const total = routing.backends.reduce((sum, { weight }) => sum + weight, 0);
  const shares = routing.backends.map(({ to, weight }) => {
    const name = to.kind === 'service' ? to.service.name : `${to.status}`;
    return `${name} ${Number(((100 * weight) / total).toFixed(3))}`;
  });
  const mirrors = routing.mirrors.map(({ service, share }) => `copies to ${service.name} ${share * 100}`);
  return [...shares, ...mirrors].join(', ');
}
