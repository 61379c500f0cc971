import { LABEL } from '../../api/keys.ts';
import { isSameQuantity, parseQuantity } from '../../api/quantity.ts';
import { withDefaults } from './defaults.ts';
import { type GoObject, type GoValue, goDecode, isGoObject } from './go-decode.ts';
import { goEncode } from './go-encode.ts';
import { type GoType, goStruct } from './go-schema.ts';

const podTemplate = goStruct('PodTemplateSpec');

/**
 * Whether two pod templates (raw JSON) mean the same: with the API server's defaults on both sides, whatever
 * the spelling of quantities, empty lists and absent ones alike, without the hash label, and with
 * `serviceAccount` and `serviceAccountName` as one. For a live template take `withoutInjected` of it first.
 *
 * This finds a ReplicaSet whose label has another hash than we compute. The original has one more way before
 * it: an older hash, over a dump of the Go struct in memory. That needs no port: a ReplicaSet made from the
 * same template has the same template, so it is found here, however its label was computed. Only the order of
 * search differs.
 */
export function equalTemplates(a: unknown, b: unknown): boolean {
  return isSame(normalized(a), normalized(b), podTemplate);
}

function normalized(template: unknown): GoValue | undefined {
  const full = withDefaults(goDecode(template, podTemplate) ?? {}, podTemplate);
  if (!isGoObject(full)) return full;
  return { ...full, metadata: withoutHashLabel(full['metadata']), spec: withOneServiceAccount(full['spec']) };
}

function withoutHashLabel(metadata: GoValue | undefined): GoValue | undefined {
  if (!isGoObject(metadata) || !isGoObject(metadata['labels'])) return metadata;
  const { [LABEL.podTemplateHash]: _hash, ...labels } = metadata['labels'];
  return { ...metadata, labels };
}

/** The API server copies each into the other; the name wins if they differ. */
function withOneServiceAccount(spec: GoValue | undefined): GoValue | undefined {
  if (!isGoObject(spec)) return spec;
  const { serviceAccount, ...rest } = spec;
  return { ...rest, serviceAccountName: spec['serviceAccountName'] || serviceAccount };
}

type Side = GoValue | undefined;

function isSame(a: Side, b: Side, type: GoType): boolean {
  switch (type.kind) {
    case 'pointer':
      return isUnset(a) || isUnset(b) ? isUnset(a) === isUnset(b) : isSame(a, b, type.to);
    case 'list':
      return isSameList(asList(a), asList(b), type.of);
    case 'map':
      return isSameMap(asObject(a), asObject(b), type.of);
    case 'struct':
      return type.fields.every(({ name, type: of }) => isSame(asObject(a)[name], asObject(b)[name], of));
    case 'quantity':
      return isSameAmount(a, b);
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'intorstring':
    case 'time':
    case 'raw':
      return goEncode(a, type) === goEncode(b, type);
    default:
      return type satisfies never;
  }
}

function isSameList(a: readonly GoValue[], b: readonly GoValue[], of: GoType): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index], of));
}

function isSameMap(a: GoObject, b: GoObject, of: GoType): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key], of));
}

function isSameAmount(a: Side, b: Side): boolean {
  const left = parseQuantity(a ?? '0');
  const right = parseQuantity(b ?? '0');
  return left !== null && right !== null && isSameQuantity(left, right);
}

function isUnset(value: Side): boolean {
  return value === null || value === undefined;
}

function asList(value: Side): readonly GoValue[] {
  return Array.isArray(value) ? value : [];
}

function asObject(value: Side): GoObject {
  return isGoObject(value) ? value : {};
}
