import { parseQuantity, roundUpToMilli } from '../../api/quantity.ts';
import { type GoObject, type GoValue, isGoObject } from './go-decode.ts';
import type { GoField, GoType } from './go-schema.ts';

/**
 * Fills in what the API server fills in when it stores a pod template in a ReplicaSet. Applying it twice
 * changes nothing more. Not what it does to pods only: requests from limits, host ports, service links.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ ("Defaults to"), and
 * golden vectors (test/vectors/hash/defaults.json).
 */
export function withDefaults(value: GoValue | undefined, type: GoType): GoValue | undefined {
  if (value === null || value === undefined) return value;
  switch (type.kind) {
    case 'pointer':
      return withDefaults(value, type.to);
    case 'list':
      return Array.isArray(value) ? value.map((item) => withDefaults(item, type.of) ?? null) : value;
    case 'map':
      return isGoObject(value) && type.of.kind === 'quantity' ? roundedUp(value) : value;
    case 'struct':
      return isGoObject(value) ? structWithDefaults(value, type) : value;
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'quantity':
    case 'intorstring':
    case 'time':
    case 'raw':
      return value;
    default:
      return type satisfies never;
  }
}

type Rule = (value: GoObject) => GoObject;

const modes: GoObject = { defaultMode: 0o644 };

const container: Rule = ({ image }) => ({
  imagePullPolicy: pullPolicy(image),
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
});

/** By struct: the values that unset fields get. */
const rules: Readonly<Record<string, GoObject | Rule>> = {
  PodTemplateSpec: { spec: {} },
  PodSpec: {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  },
  Container: container,
  EphemeralContainer: container,
  ContainerPort: { protocol: 'TCP' },
  Probe: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  HTTPGetAction: { path: '/', scheme: 'HTTP' },
  GRPCAction: { service: '' },
  ObjectFieldSelector: { apiVersion: 'v1' },
  FileKeySelector: { optional: false },
  Volume: (volume) => (Object.keys(volume).every((key) => key === 'name') ? { emptyDir: {} } : {}),
  HostPathVolumeSource: { type: '' },
  SecretVolumeSource: modes,
  ConfigMapVolumeSource: modes,
  DownwardAPIVolumeSource: modes,
  ProjectedVolumeSource: modes,
  ServiceAccountTokenProjection: { expirationSeconds: 3600 },
  ImageVolumeSource: ({ reference }) => ({ pullPolicy: pullPolicy(reference) }),
  ISCSIVolumeSource: { iscsiInterface: 'default' },
  RBDVolumeSource: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  AzureDiskVolumeSource: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
  ScaleIOVolumeSource: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
  EphemeralVolumeSource: {},
  PersistentVolumeClaimTemplate: { spec: {} },
  PersistentVolumeClaimSpec: { volumeMode: 'Filesystem' },
};

/**
 * What the unset fields of a struct get: by the struct's name, and by what the value itself holds. Empty for
 * a struct without defaults of its own. Of structs inside of it nothing is said.
 */
export function defaultsOf(struct: string, value: GoObject): GoObject {
  const rule = Object.hasOwn(rules, struct) ? rules[struct] : undefined;
  return typeof rule === 'function' ? rule(value) : (rule ?? none);
}

const none: GoObject = {};

function structWithDefaults(value: GoObject, type: GoType & { readonly kind: 'struct' }): GoObject {
  const fallbacks = defaultsOf(type.name, value);
  const result: Record<string, GoValue | undefined> = {};
  for (const field of type.fields) {
    const given = value[field.name];
    const chosen = isUnset(given, field) ? (fallbacks[field.name] ?? given) : given;
    if (chosen !== undefined) result[field.name] = withDefaults(chosen, field.type);
  }
  return result;
}

/**
 * A pointer is unset if it is null; anything else if it holds its zero value, even when that was written out.
 */
function isUnset(value: GoValue | undefined, field: GoField): boolean {
  return (
    value === undefined || value === null || (field.type.kind !== 'pointer' && (value === '' || value === 0))
  );
}

/** Amounts in resource lists are stored in thousandths at the finest. */
function roundedUp(list: GoObject): GoObject {
  return Object.fromEntries(Object.entries(list).map(([name, amount]) => [name, roundedUpAmount(amount)]));
}

function roundedUpAmount(amount: GoValue | undefined): GoValue | undefined {
  const quantity = parseQuantity(amount);
  return quantity === null ? amount : roundUpToMilli(quantity).text;
}

/** Names that are no valid reference to an image are not pulled anew, whatever their tag. */
function pullPolicy(image: GoValue | undefined): string {
  const match = typeof image === 'string' ? imageName.exec(image) : null;
  const isLatest = match !== null && (match[1] ?? (match[2] === undefined ? 'latest' : '')) === 'latest';
  return isLatest ? 'Always' : 'IfNotPresent';
}

/** Source of the grammar: https://pkg.go.dev/github.com/distribution/reference */
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const word = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const tag = '[\\w][\\w.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const imageName = new RegExp(`^(?:${host}/)?${word}(?:/${word})*(?::(${tag}))?(?:@(${digest}))?$`);
