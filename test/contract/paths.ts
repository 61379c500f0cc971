const core = '/api/v1';
const argo = '/apis/argoproj.io/v1alpha1';

/** Where resources are, and whether they live in namespaces. */
const resources: Readonly<Record<string, readonly [prefix: string, isNamespaced: boolean]>> = {
  configmaps: [core, true],
  endpoints: [core, true],
  events: [core, true],
  pods: [core, true],
  podtemplates: [core, true],
  secrets: [core, true],
  serviceaccounts: [core, true],
  services: [core, true],
  namespaces: [core, false],
  nodes: [core, false],
  deployments: ['/apis/apps/v1', true],
  replicasets: ['/apis/apps/v1', true],
  statefulsets: ['/apis/apps/v1', true],
  jobs: ['/apis/batch/v1', true],
  ingresses: ['/apis/networking.k8s.io/v1', true],
  endpointslices: ['/apis/discovery.k8s.io/v1', true],
  horizontalpodautoscalers: ['/apis/autoscaling/v2', true],
  poddisruptionbudgets: ['/apis/policy/v1', true],
  leases: ['/apis/coordination.k8s.io/v1', true],
  roles: ['/apis/rbac.authorization.k8s.io/v1', true],
  clusterroles: ['/apis/rbac.authorization.k8s.io/v1', false],
  customresourcedefinitions: ['/apis/apiextensions.k8s.io/v1', false],
  rollouts: [argo, true],
  analysisruns: [argo, true],
  analysistemplates: [argo, true],
  clusteranalysistemplates: [argo, false],
  experiments: [argo, true],
  things: ['/apis/contract.test/v1', true],
};

/**
 * The path of a short one: `pods/x/status?dryRun=All` is in the namespace, `*` before the resource means all
 * namespaces, and what begins with a slash is a path already. Throws for a resource that is not in the table.
 */
export function pathOf(short: string, namespace: string): string {
  if (short.startsWith('/')) return short.replaceAll('{ns}', namespace);
  const isEverywhere = short.startsWith('*');
  const rest = isEverywhere ? short.slice(1) : short;
  const [resource = ''] = rest.split(/[/?]/);
  const found = resources[resource];
  if (found === undefined) throw new Error(`contract: where is ${resource}?`);
  const [prefix, isNamespaced] = found;
  return isNamespaced && !isEverywhere ? `${prefix}/namespaces/${namespace}/${rest}` : `${prefix}/${rest}`;
}
