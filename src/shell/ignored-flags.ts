/**
 * Flags of the original that have no meaning here, and why. They are accepted, so that its manifests still
 * work.
 */
export const IGNORED: Readonly<Record<string, string>> = {
  'kloglevel <level>': 'there is one log, see --loglevel',
  'experiment-threads <n>': 'experiments have as many workers as Services, see --service-threads',
  'ingress-threads <n>': 'routes are written by the rollout that they belong to',
  'ephemeral-metadata-threads <n>': 'ephemeral metadata is not supported yet',
  'ephemeral-metadata-update-pod-retries <n>': 'ephemeral metadata is not supported yet',
  'aws-verify-target-group [bool]': 'AWS load balancers are not supported yet',
  'alb-verify-weight [bool]': 'AWS load balancers are not supported yet',
  'aws-target-group-binding-api-version <version>': 'AWS load balancers are not supported yet',
  'alb-tag-key-resource-id <key>': 'AWS load balancers are not supported yet',
  'alb-ingress-classes <classes...>': 'AWS load balancers are not supported yet',
  'nginx-ingress-classes <classes...>': 'a rollout names its Ingress, whatever its class',
  'istio-api-version <version>': 'Istio is not supported yet',
  'ambassador-api-version <version>': 'Ambassador is not supported yet',
  'traffic-split-api-version <version>': 'SMI is not supported yet',
  'traefik-api-group <group>': 'Traefik is not supported yet',
  'traefik-api-version <version>': 'Traefik is not supported yet',
  'ingress-api-version <version>': 'only networking.k8s.io/v1 is left',
  'appmesh-crd-version <version>': 'App Mesh is not supported yet',
  'leader-election-lease-duration <duration>': 'the Lease has fixed times, which all its holders share',
  'leader-election-renew-deadline <duration>': 'the Lease has fixed times, which all its holders share',
  'leader-election-retry-period <duration>': 'the Lease has fixed times, which all its holders share',
  'enable-pprof-address <address>': 'profiles are taken with `node --cpu-prof`',
};

/** The name of a flag in the table, without what follows it. */
export function nameOf(flag: string): string {
  return flag.split(' ')[0] ?? flag;
}
