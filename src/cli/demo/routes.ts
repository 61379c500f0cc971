import { APP, HOST, PREVIEW_HOST, type RouterName, type StrategyName } from './names.ts';

/** Where a host leads: to the first Service, and with the Gateway API to both of a canary. */
interface Lead {
  readonly name: string;
  readonly host: string;
  readonly services: readonly string[];
}

/** The Services that a strategy needs, that which users see first. */
export function servicesFor(strategy: StrategyName): readonly string[] {
  return strategy === 'canary' ? [`${APP}-stable`, `${APP}-canary`] : [`${APP}-active`, `${APP}-preview`];
}

/** The manifests of the routes of users, and with blue-green of testers, as one file. */
export function routesFor(router: RouterName, strategy: StrategyName): string {
  const [first = '', second = ''] = servicesFor(strategy);
  const leads: readonly Lead[] =
    strategy === 'canary'
      ? [{ name: APP, host: HOST, services: [first, second] }]
      : [
          { name: APP, host: HOST, services: [first] },
          { name: `${APP}-preview`, host: PREVIEW_HOST, services: [second] },
        ];
  return leads.map(router === 'nginx' ? ingress : httpRoute).join('---\n');
}

function ingress({ name, host, services }: Lead): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
spec:
  ingressClassName: nginx
  rules:
    - host: ${host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${services[0] ?? ''}
                port:
                  number: 80
`;
}

function httpRoute({ name, host, services }: Lead): string {
  const backends = services.map((service) => `        - name: ${service}\n          port: 80\n`);
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
spec:
  parentRefs:
    - name: gateway
  hostnames:
    - ${host}
  rules:
    - backendRefs:
${backends.join('')}`;
}
