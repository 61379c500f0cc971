import { stringify } from 'yaml';
import { GROUP } from '../../src/api/keys.ts';
import { KINDS, type KindName } from '../../src/api/schema/kinds.ts';
import type { Docs } from './docs.ts';
import type { Schema } from './schema.ts';
import { toStructural } from './structural.ts';

/** A column of `kubectl get`. Columns of priority 1 are shown with `-o wide` only. */
interface Column {
  readonly name: string;
  readonly type: 'integer' | 'string' | 'date';
  readonly jsonPath: string;
  readonly description?: string;
  readonly priority?: number;
}

interface Definition {
  readonly kind: KindName;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly columns: readonly Column[];
  readonly subresources?: Readonly<Record<string, unknown>>;
}

const AGE: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

const PHASE: Column = { name: 'Status', type: 'string', jsonPath: '.status.phase' };

/**
 * AnalysisRun and Experiment have no status subresource: clients of this API write their status through the
 * object itself, and would get nowhere with one.
 */
const DEFINITIONS: readonly Definition[] = [
  {
    kind: 'Rollout',
    plural: 'rollouts',
    shortNames: ['ro'],
    scope: 'Namespaced',
    columns: [
      { name: 'Desired', type: 'integer', jsonPath: '.spec.replicas', description: 'Pods wanted' },
      { name: 'Current', type: 'integer', jsonPath: '.status.replicas', description: 'Pods of all versions' },
      {
        name: 'Up-to-date',
        type: 'integer',
        jsonPath: '.status.updatedReplicas',
        description: 'Pods of the current version',
      },
      {
        name: 'Available',
        type: 'integer',
        jsonPath: '.status.availableReplicas',
        description: 'Pods that have been ready for minReadySeconds',
      },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase', priority: 1 },
      { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
      AGE,
    ],
    subresources: {
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.HPAReplicas',
        labelSelectorPath: '.status.selector',
      },
    },
  },
  {
    kind: 'AnalysisTemplate',
    plural: 'analysistemplates',
    shortNames: ['at'],
    scope: 'Namespaced',
    columns: [AGE],
  },
  {
    kind: 'ClusterAnalysisTemplate',
    plural: 'clusteranalysistemplates',
    shortNames: ['cat'],
    scope: 'Cluster',
    columns: [AGE],
  },
  {
    kind: 'AnalysisRun',
    plural: 'analysisruns',
    shortNames: ['ar'],
    scope: 'Namespaced',
    columns: [PHASE, AGE],
  },
  {
    kind: 'Experiment',
    plural: 'experiments',
    shortNames: ['exp'],
    scope: 'Namespaced',
    columns: [PHASE, AGE],
  },
];

/** A CustomResourceDefinition and the file that it belongs in, from the top of the checkout. */
export interface CrdFile {
  readonly path: string;
  readonly schema: Schema;
  readonly text: string;
}

/** All CustomResourceDefinitions. `docs`: the comments of the interfaces in `src/api`. */
export function crdFiles(docs: Docs): readonly CrdFile[] {
  return DEFINITIONS.map((definition) => {
    const schema = rootSchema(definition.kind, docs);
    const body = stringify(crd(definition, schema), { lineWidth: 110, aliasDuplicateObjects: false });
    return {
      path: `crds/${definition.plural}.yaml`,
      schema,
      text: `# Generated from src/api by \`npm run gen\`. Do not edit.\n${body}`,
    };
  });
}

/** What a kind and its parts are called, and what is required, the API server knows for itself. */
function rootSchema(kind: KindName, docs: Docs): Schema {
  const { properties, ...rest } = toStructural(KINDS[kind], docs);
  return {
    description: docs.get(kind)?.get('') ?? '',
    ...rest,
    required: ['spec'],
    properties: {
      ...properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
    },
  };
}

function crd(definition: Definition, schema: Schema): unknown {
  const { kind, plural, shortNames, scope, columns, subresources } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames },
      scope,
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: schema },
          ...(subresources === undefined ? {} : { subresources }),
        },
      ],
    },
  };
}
