import { ANNOTATION, LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Kind, LocalApi } from '../../../../src/sim/api-server/api.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { canaryWeight } from '../reading.ts';
import type { App } from '../script.ts';

/** What a rollout that is gone has left on Services and routes, each in a few words. */
export function leftBy(api: LocalApi, app: App): readonly string[] {
  const services = ['stable', 'canary'].map((role) => get(api, kinds.services, `${app.name}-${role}`));
  const route = get(api, kinds.httpRoutes, app.name);
  const rules = JSON.stringify(route?.['spec'] ?? {});
  const weight = canaryWeight(api, app);
  // Services that take turns: whose turn it was to be stable went with the status.
  const isWhole = weight === 0 || (weight === 100 && 'pingPong' in app.canary);
  return [
    ...services.filter(isSelecting).map(({ metadata }) => `a hash in Service ${metadata.name}`),
    ...[...services, route].flatMap((object) => (object === null ? [] : marksOf(object))),
    ...(isWhole ? [] : [`a weight of ${weight} % for the canary`]),
    ...(rules.includes(app.name) && !rules.includes('"weight":7')
      ? ["a route without the user's rules"]
      : []),
  ];
}

function get(api: LocalApi, kind: Kind, name: string): Manifest | null {
  return api.get(kind, { namespace: NAMESPACE, name });
}

function isSelecting(service: Manifest | null): service is Manifest {
  const spec = service?.['spec'] as { readonly selector?: Readonly<Record<string, string>> } | undefined;
  return spec?.selector?.[LABEL.podTemplateHash] !== undefined;
}

function marksOf({ kind, metadata }: Manifest): readonly string[] {
  const ours = [ANNOTATION.managedByRollouts, ANNOTATION.epoch, 'sluice.dev/gatewayapi-routes'];
  const keys = [...Object.keys(metadata.annotations ?? {}), ...Object.keys(metadata.labels ?? {})];
  return keys
    .filter((key) => ours.includes(key) || key.startsWith('rollouts.argoproj.io/gatewayapi'))
    .map((key) => `${key} on ${kind} ${metadata.name}`);
}
