import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { checkShape } from '../../src/api/shape.ts';
import { type Loose, rolloutWith } from './rollouts.ts';

const MANIFESTS = join(import.meta.dirname, 'manifests');
for (const file of readdirSync(MANIFESTS)) {
  void test(`every field of ${file} is known`, () => {
    const documents = parseAllDocuments(readFileSync(join(MANIFESTS, file), 'utf8'));
    for (const document of documents) {
      assert.deepEqual(checkShape(document.toJS()), { wrong: [], unknown: [] });
    }
  });
}

/** `wrong` and `unknown` as `path: message`. */
function row(
  name: string,
  manifest: unknown,
  wrong: readonly string[],
  unknown: readonly string[] = [],
): void {
  void test(name, () => {
    const shape = checkShape(manifest);
    assert.deepEqual(
      shape.wrong.map((issue) => `${issue.path}: ${issue.message}`),
      wrong,
    );
    assert.deepEqual(
      shape.unknown.map((issue) => issue.path),
      unknown,
    );
  });
}

const kind = (name: string, spec: Loose) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: name,
  metadata: {},
  spec,
});
const steps = (...list: readonly unknown[]) => rolloutWith({ strategy: { canary: { steps: list } } });
const status = (fields: Loose) => ({ ...rolloutWith({}), status: fields });

row('another kind', { kind: 'Deployment' }, [
  'kind: must be one of Rollout, AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun, Experiment',
]);
row('no object at all', null, [
  'kind: must be one of Rollout, AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun, Experiment',
]);
row('another version', { ...rolloutWith({}), apiVersion: 'argoproj.io/v1' }, [
  'apiVersion: must be "argoproj.io/v1alpha1"',
]);
row('no spec', { ...rolloutWith({}), spec: undefined }, ['spec: Required value']);
row(
  'a slip of the pen is no mistake, but is told',
  steps({ setWieght: 5 }),
  [],
  ['spec.strategy.canary.steps[0].setWieght'],
);
row('a text for a number', steps({ setWeight: '5' }), [
  'spec.strategy.canary.steps[0].setWeight: must be an integer',
]);
row('a fraction for a whole number', steps({ setWeight: 0.5 }), [
  'spec.strategy.canary.steps[0].setWeight: must be an integer',
]);
row('a number beyond 32 bits', steps({ setWeight: 2 ** 31 }), [
  'spec.strategy.canary.steps[0].setWeight: must be at most 2147483647',
]);
row('a list for an object', steps({ pause: [] }), ['spec.strategy.canary.steps[0].pause: must be an object']);
row('an object for a list', rolloutWith({ strategy: { canary: { steps: {} } } }), [
  'spec.strategy.canary.steps: must be a list',
]);
row('neither number nor text', steps({ pause: { duration: true } }), [
  'spec.strategy.canary.steps[0].pause.duration: must be an integer or a string',
]);
row('a word that nobody knows', steps({ experiment: { templates: [{ name: 'a', specRef: 'old' }] } }), [
  'spec.strategy.canary.steps[0].experiment.templates[0].specRef: must be "canary" or "stable"',
]);
row('a time that is none', rolloutWith({ restartAt: 'now' }), [
  'spec.restartAt: must be a time such as 2026-11-21T08:00:00Z',
]);
row('a time with an offset', rolloutWith({ restartAt: '2026-11-21T08:00:00+02:00' }), []);
row(
  'a key with a dot',
  kind('AnalysisTemplate', { metrics: [{ name: 'm', provider: { datadog: { queries: { 'a.b': 1 } } } }] }),
  ['spec.metrics[0].provider.datadog.queries["a.b"]: must be a string'],
);
row('null is absent', steps({ setWeight: 5, pause: null }), []);
row('what plugins get is theirs', steps({ plugin: { name: 'p', config: { any: [{ thing: 1.5 }] } } }), []);
row(
  'pod templates are left to others',
  rolloutWith({ template: { spec: { containers: [{ x: 1 }], y: 2 } } }),
  [],
);
row('our own counter', status({ epoch: 3 }), []);
row('a phase of tomorrow', status({ phase: 'Sleeping', conditions: [] }), []);
row('an AnalysisRun without metrics', kind('AnalysisRun', {}), ['spec.metrics: Required value']);
