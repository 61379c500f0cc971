import { ANNOTATION, LABEL } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import { isController, isInCharge, ownersOf } from './owners.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A manifest with the fields that controllers have chosen on the live object in the place of its own: sizes
 * that an autoscaler set are left out, weights of routes and the hash in the selector of a Service stay as
 * they are. Everything else is as it was.
 */
export function deferring(manifest: Manifest, live: Manifest | null): Manifest {
  const spec = manifest['spec'];
  if (live === null || !isObject(spec)) return manifest;
  const deferred = [withoutSize, withSelector, withWeights].reduce<Fields>(
    (fields, defer) => defer(fields, manifest, live),
    spec,
  );
  return deferred === spec ? manifest : { ...manifest, spec: deferred };
}

type Defer = (spec: Fields, manifest: Manifest, live: Manifest) => Fields;

const withoutSize: Defer = (spec, _manifest, live) => {
  const isTheirs = ownersOf(live, ['spec', 'replicas']).some(isInCharge);
  if (spec['replicas'] === undefined || !isTheirs) return spec;
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'replicas'));
};

/** A Service that sends to one version of a Rollout has that version's hash in its selector. */
const withSelector: Defer = (spec, { kind }, live) => {
  const hash = at(live, 'spec', 'selector', LABEL.podTemplateHash);
  if (kind !== 'Service' || typeof hash !== 'string' || !isObject(spec['selector'])) return spec;
  return { ...spec, selector: { ...spec['selector'], [LABEL.podTemplateHash]: hash } };
};

/**
 * The rules of a route are one field. As long as Git's rules are those of the route, they stay as they are.
 */
const withWeights: Defer = (spec, { kind }, live) => {
  const rules = spec['rules'];
  const theirs = at(live, 'spec', 'rules');
  if (!/^(?:HTTP|GRPC)Route$/.test(kind) || !Array.isArray(rules) || !Array.isArray(theirs)) return spec;
  if (!isSteered(live)) return spec;
  if (rules.length === theirs.length && rules.every((rule, i) => isWithin(rule, theirs[i])))
    return { ...spec, rules: theirs };
  return { ...spec, rules: rules.map((rule) => weighted(rule, theirs)) };
};

/** Whether all that `part` says holds of `whole` too; weights may be others. */
function isWithin(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part))
    return (
      Array.isArray(whole) &&
      part.length === whole.length &&
      part.every((item, i) => isWithin(item, whole[i] as unknown))
    );
  if (!isObject(part)) return part === whole;
  return (
    isObject(whole) &&
    Object.entries(part).every(([key, value]) => key === 'weight' || isWithin(value, whole[key]))
  );
}

/** A rule with the weights that its backends have on the live route, in the first rule that knows them. */
function weighted(rule: unknown, theirs: readonly unknown[]): unknown {
  if (!isObject(rule) || !Array.isArray(rule['backendRefs'])) return rule;
  const known = theirs.flatMap((other) => (isObject(other) ? listOf(other['backendRefs']) : []));
  const backendRefs = rule['backendRefs'].map((ref: unknown) => {
    const found = known.find((other) => isObject(ref) && isObject(other) && ref['name'] === other['name']);
    const weight = isObject(found) ? found['weight'] : undefined;
    return isObject(ref) && weight !== undefined ? { ...ref, weight } : ref;
  });
  return { ...rule, backendRefs };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a controller writes weights there: it has put its mark on the route, or has written to it. */
function isSteered({ metadata }: Manifest): boolean {
  const { annotations = {}, managedFields = [] } = metadata;
  return (
    annotations[ANNOTATION.epoch] !== undefined ||
    managedFields.some((entry) => isController(entry['manager']))
  );
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}
