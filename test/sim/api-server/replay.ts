import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../../src/api/meta.ts';
import { ApiError } from '../../../src/sim/api-server/api.ts';
import { apply } from '../../../src/sim/api-server/fields/apply.ts';
import { trackUpdate, type Write } from '../../../src/sim/api-server/fields/track.ts';
import { mergePatch } from '../../../src/sim/api-server/patch/merge.ts';
import { isObject } from '../../../src/sim/api-server/patch/object.ts';
import { strategicPatch } from '../../../src/sim/api-server/patch/strategic.ts';
import { builtinSchema } from '../../../src/sim/api-server/schema/builtin.ts';
import { schemaOfCrd } from '../../../src/sim/api-server/schema/crd.ts';
import { withDefaults, withDefaultsAfterApply } from '../../../src/sim/api-server/schema/defaulting.ts';
import { blank } from '../../../src/sim/api-server/schema/normal.ts';
import { prune } from '../../../src/sim/api-server/schema/prune.ts';
import type { Schema } from '../../../src/sim/api-server/schema/schema.ts';
import { validate } from '../../../src/sim/api-server/schema/validate.ts';

/** A write, and what a real API server answered. */
export interface Step {
  readonly verb: 'create' | 'update' | 'merge' | 'strategic' | 'apply';
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: 'status' | 'scale';
  readonly body: JsonObject;
  readonly code: number;
  readonly message?: string;
  readonly object?: JsonObject;
}

/** Writes to one object, one after the other. */
export interface Scenario {
  readonly name: string;
  readonly kind: string;
  readonly steps: readonly Step[];
}

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** What a vector file holds. */
export function readVector(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8'));
}

/** A kind as far as a replay needs it. */
export interface Known {
  readonly apiVersion: string;
  readonly schema: Schema;
  readonly isStatusApart: boolean;
}

function builtin(apiVersion: string, kind: string, isStatusApart: boolean): Known {
  const schema = builtinSchema(apiVersion, kind);
  assert.ok(schema !== null);
  return { apiVersion, schema, isStatusApart };
}

function custom(crd: object, apiVersion: string, isStatusApart: boolean): Known {
  const schema = schemaOfCrd(crd, apiVersion.split('/')[1] ?? '');
  assert.ok(schema !== null);
  return { apiVersion, schema, isStatusApart };
}

/** A CustomResourceDefinition of the repository. */
export function crdFile(name: string): object {
  return parse(readFileSync(join(REPOSITORY, 'crds', `${name}.yaml`), 'utf8')) as object;
}

/** The kinds that the recorded scenarios are about. */
export const known: Readonly<Record<string, Known>> = {
  ConfigMap: builtin('v1', 'ConfigMap', false),
  Deployment: builtin('apps/v1', 'Deployment', true),
  ReplicaSet: builtin('apps/v1', 'ReplicaSet', true),
  Service: builtin('v1', 'Service', true),
  Rollout: custom(crdFile('rollouts'), 'argoproj.io/v1alpha1', true),
  AnalysisRun: custom(crdFile('analysisruns'), 'argoproj.io/v1alpha1', false),
  Thing: custom(readVector('thing-crd.json') as object, 't.io/v1', true),
};

/**
 * Does one step as an API server would, as far as schemas, patches and managers go; an ApiError is the
 * answer.
 */
export function perform(live: JsonObject | null, step: Step, kind: string, time: string): JsonObject {
  const { apiVersion, schema, isStatusApart } = known[kind] ?? assert.fail(kind);
  const { manager, subresource = '' } = step;
  const write: Write = { manager, time, subresource, isStatusApart };
  const identity = { apiVersion, kind };
  if (step.verb === 'apply') {
    const result = apply(
      live,
      { ...identity, ...step.body },
      { ...write, force: step.force === true },
      schema,
    );
    if (result.kind === 'conflict') throw new ApiError(409, 'Conflict', result.message);
    const after = withDefaultsAfterApply(prune(result.object, schema).object, schema);
    return kept(live, checked(after, schema), write, schema);
  }
  const sent = patched(live, step, { ...identity, ...step.body }, schema);
  const stored = kept(live, checked(withDefaults(prune(sent, schema).object, schema), schema), write, schema);
  const managedFields = trackUpdate(live, stored, write, schema);
  const metadata = isObject(stored['metadata']) ? stored['metadata'] : {};
  const { managedFields: _, ...rest } = metadata;
  return { ...stored, metadata: managedFields.length === 0 ? rest : { ...rest, managedFields } };
}

function patched(live: JsonObject | null, step: Step, created: JsonObject, schema: Schema): JsonObject {
  switch (step.verb) {
    case 'create':
      if (live !== null) throw new ApiError(409, 'AlreadyExists', 'already exists');
      return created;
    case 'merge':
      return mergePatch(live ?? {}, step.body);
    case 'strategic':
      return strategicPatch(live ?? {}, step.body, schema);
    case 'update': {
      const spec = isObject(live?.['spec']) ? live['spec'] : {};
      return { ...live, ...step.body, spec: { ...spec, ...(step.body['spec'] as JsonObject) } };
    }
    case 'apply':
      return created;
    default:
      return step.verb satisfies never;
  }
}

function checked(object: JsonObject, schema: Schema): JsonObject {
  const causes = validate(object, schema);
  if (causes.length === 0) return object;
  throw new ApiError(422, 'Invalid', causes.map(({ field, message }) => `${field}: ${message}`).join(', '));
}

/** The object itself and its status are written apart. */
function kept(live: JsonObject | null, after: JsonObject, write: Write, schema: Schema): JsonObject {
  if (!write.isStatusApart || write.subresource === 'scale') return after;
  const status = (of: JsonObject | null) => (of?.['status'] === undefined ? {} : { status: of['status'] });
  const { status: _, ...rest } = after;
  if (write.subresource === '') return { ...rest, ...status(live ?? blank(schema)) };
  const { status: _old, ...own } = live ?? {};
  return { ...own, metadata: after['metadata'] ?? {}, ...status(after) };
}
