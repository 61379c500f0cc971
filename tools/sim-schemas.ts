import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBed } from '../test/cluster/bed/bed.ts';
import type { KubeObject } from '../test/cluster/bed/client.ts';
import { type GoFields, goFields } from './sim-schemas/go-source.ts';
import { type OpenApi, tableOf } from './sim-schemas/table.ts';

/**
 * Writes what the simulated API server knows about built-in kinds and about the Gateway API:
 *
 *   node tools/sim-schemas.ts
 *
 * The facts come from a real kube-apiserver (its /openapi/v3, and the CRDs of the Gateway API that it has
 * stored) and from the Go sources of the same version, which alone tell pointers from values. Needs what
 * `test/cluster` needs. Not part of `npm run gen`: run it when the test bed gets another Kubernetes.
 */

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'src/sim/api-server/schema');
const GO = join(ROOT, 'test/cluster/bed/controlplane');

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'api/v1': [
    'Namespace',
    'Node',
    'Pod',
    'Service',
    'ConfigMap',
    'Secret',
    'ServiceAccount',
    'Event',
    'Endpoints',
    'PodTemplate',
  ],
  'apis/apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet'],
  'apis/batch/v1': ['Job'],
  'apis/networking.k8s.io/v1': ['Ingress', 'IngressClass'],
  'apis/discovery.k8s.io/v1': ['EndpointSlice'],
  'apis/autoscaling/v1': ['Scale'],
  'apis/autoscaling/v2': ['HorizontalPodAutoscaler'],
  'apis/policy/v1': ['PodDisruptionBudget', 'Eviction'],
  'apis/coordination.k8s.io/v1': ['Lease'],
  'apis/events.k8s.io/v1': ['Event'],
  'apis/rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
};

const ROUTES = ['httproutes', 'grpcroutes', 'gateways'];

async function main(): Promise<void> {
  const bed = await startBed({ gatewayApi: true });
  try {
    const schemas: Record<string, OpenApi> = {};
    for (const group of Object.keys(GROUPS)) {
      const { components } = await bed.api.wire.send<Described>('GET', `/openapi/v3/${group}`);
      Object.assign(schemas, components.schemas);
    }
    write('builtin.json', tableOf(schemas, GROUPS, readGo()));
    const crds = await Promise.all(
      ROUTES.map((plural) =>
        bed.api.get({
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          name: `${plural}.gateway.networking.k8s.io`,
        }),
      ),
    );
    write('gateway.json', crds.map(structureOf));
  } finally {
    await bed.stop();
  }
}

interface Described {
  readonly components: { readonly schemas: Readonly<Record<string, OpenApi>> };
}

function readGo(): GoFields {
  const modules = ['k8s.io/api', 'k8s.io/apimachinery'];
  const folders = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', ...modules], {
    cwd: GO,
    encoding: 'utf8',
  });
  const [api = '', machinery = ''] = folders.trim().split('\n');
  const read = (file: string) => readFileSync(file, 'utf8');
  const packages = [
    'core',
    'apps',
    'batch',
    'networking',
    'discovery',
    'policy',
    'coordination',
    'events',
    'rbac',
  ];
  return goFields([
    ...packages.map((name) => ({ name: `${name}.v1`, source: read(join(api, name, 'v1/types.go')) })),
    { name: 'autoscaling.v1', source: read(join(api, 'autoscaling/v1/types.go')) },
    { name: 'autoscaling.v2', source: read(join(api, 'autoscaling/v2/types.go')) },
    { name: 'meta.v1', source: read(join(machinery, 'pkg/apis/meta/v1/types.go')) },
  ]);
}

/** A CustomResourceDefinition without what only people read, its expressions, and all versions but v1. */
function structureOf(crd: KubeObject): unknown {
  const spec = crd['spec'] as Readonly<Record<string, unknown>> & { readonly versions: readonly Version[] };
  const versions = spec.versions.filter(({ name }) => name === 'v1');
  return {
    spec: withoutProse({ group: spec['group'], names: spec['names'], scope: spec['scope'], versions }),
  };
}

interface Version {
  readonly name: string;
}

const PROSE = ['description', 'additionalPrinterColumns', 'conversion'];

/** Expressions are not evaluated, but that there are some changes what the server says. */
const EXPRESSIONS = 'x-kubernetes-validations';

function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => !PROSE.includes(key) || (key === 'description' && typeof inner !== 'string'),
  );
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, key === EXPRESSIONS ? [] : withoutProse(inner)]),
  );
}

function write(name: string, value: unknown): void {
  const file = join(FOLDER, name);
  writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
  execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd: ROOT });
  process.stdout.write(`wrote ${file}: ${Math.ceil(readFileSync(file).length / 1024)} KiB\n`);
}

await main();
