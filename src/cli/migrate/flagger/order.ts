import type { Manifest } from '../../../api/meta.ts';
import { title } from '../arrive.ts';
import type { Canary } from './canary.ts';

/**
 * How traffic moves from Flagger's pods to the Rollout's without a gap: Flagger lets go first and its primary
 * goes on serving; then the Deployment has pods again; then Services and routes lead there; then the Rollout
 * takes over.
 */
export function orderOf(canary: Canary, replicas: number, manifests: readonly Manifest[]): readonly string[] {
  const { name, target, service, ingress, provider } = canary;
  const of = (...kinds: readonly string[]) => manifests.filter(({ kind }) => kinds.includes(kind)).map(title);
  const services = of('Service');
  const routes = of('HTTPRoute', 'VirtualService', 'DestinationRule');
  const rest = of('HorizontalPodAutoscaler', 'ScaledObject', 'AnalysisTemplate', 'Rollout');
  const scaler =
    canary.autoscaler === null
      ? []
      : [`${canary.autoscaler.kind.toLowerCase()}/${canary.autoscaler.name}-primary`];
  const policies = of('DestinationRule').length > 0 ? [`destinationrule/${service.primary}`] : [];
  const leftovers = [`deployment/${target}-primary`, `service/${service.primary}`, ...scaler, ...policies];
  return [
    `wait until no analysis is going on (kubectl get canary ${name}), and keep your Git reconciler from putting the Canary back`,
    ...(canary.raw['revertOnDeletion'] === true
      ? [
          `set spec.revertOnDeletion of canary/${name} to false: what it would revert is done below, in a safe order`,
        ]
      : []),
    `kubectl delete canary ${name} --cascade=orphan: Flagger lets go, and deployment/${target}-primary goes on serving`,
    `kubectl scale deployment ${target} --replicas ${replicas}, and wait: kubectl rollout status deployment ${target}`,
    `apply ${services.join(', ')}: service/${service.apex} leads to the pods of deployment/${target} now`,
    ...(routes.length === 0
      ? []
      : [
          `apply ${routes.join(', ')}: traffic comes through service/${service.apex}, and no more through service/${service.primary}`,
        ]),
    ...(provider.kind === 'other'
      ? [`make the routes of ${provider.name} lead to service/${service.apex}`]
      : []),
    ...(provider.kind === 'nginx' && ingress !== ''
      ? [
          `kubectl delete ingress ${ingress}-canary: it carries no traffic, and a second one is made for the Rollout`,
        ]
      : []),
    `apply ${rest.join(', ')}: the Rollout takes the pods' place one by one`,
    `wait: kubectl sluice status ${target}`,
    `set spec.replicas of deployment/${target} to 0 in Git, and delete what nobody uses any more: ${leftovers.join(', ')}, and copies of ConfigMaps and Secrets whose names end in -primary`,
  ];
}
