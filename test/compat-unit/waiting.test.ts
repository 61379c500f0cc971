import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../compat/json.ts';
import { parseScenario } from '../compat/scenario.ts';
import { type Scene, unmet } from '../compat/waiting.ts';

const rollout: JsonObject = {
  metadata: { generation: 2 },
  status: {
    observedGeneration: '2',
    phase: 'Paused',
    currentStepIndex: 1,
    message: 'CanaryPauseStep',
    conditions: [{ type: 'Paused', status: 'True', reason: 'RolloutPaused' }],
  },
};

const behind: JsonObject = { ...rollout, metadata: { generation: 3 } };

const scene: Scene = {
  objects: new Map([
    ['Rollout/app', rollout],
    ['Rollout/behind', behind],
    ['ReplicaSet/app-abc', { spec: { replicas: 2 }, status: {} }],
    ['ReplicaSet/app-def', { spec: { replicas: 0 }, status: { availableReplicas: 3 } }],
  ]),
  events: [{ object: 'Rollout/app', reason: 'RolloutPaused', message: 'Rollout is paused', count: 2 }],
  reveal: (text) => (text.includes('<hash9>') ? null : text.replace('<hash1>', 'abc')),
  waited: 2,
};

/** A wait as a scenario writes it, and whether it is over. */
const rows: readonly (readonly [wait: string, over: boolean])[] = [
  ['{phase: Paused, step: 1}', true],
  ['{phase: Paused, step: 0}', false],
  ['{phase: Healthy}', false],
  ['{object: Rollout/behind, phase: Paused}', false],
  ['{message: PauseStep}', true],
  ['{message: other}', false],
  ['{condition: Paused=True}', true],
  ['{condition: Paused=True/RolloutPaused}', true],
  ['{condition: Paused=False}', false],
  ['{object: ReplicaSet/app-<hash1>, until: [spec.replicas=2, status.availableReplicas=0]}', true],
  ['{object: ReplicaSet/app-<hash1>, until: [spec.replicas=3]}', false],
  ['{object: ReplicaSet/app-<hash9>, until: [spec.replicas=3]}', false],
  ['{object: ReplicaSet/app-*, until: ["spec.replicas<=2"]}', true],
  ['{object: ReplicaSet/app-*, until: ["status.availableReplicas>=3"]}', false],
  ['{until: ["status.conditions[Paused].reason=RolloutPaused", status.abort absent]}', true],
  ['{until: [status.phase present, status.phase!=Healthy, status.message~=Pause]}', true],
  ['{object: Rollout/other, gone: true}', true],
  ['{object: Rollout/app, gone: true}', false],
  ['{object: Rollout/other, phase: Healthy}', false],
  ['{event: RolloutPaused}', true],
  ['{event: {reason: RolloutPaused, message: is paused, count: 2}}', true],
  ['{event: {reason: RolloutPaused, count: 3}}', false],
  ['{event: RolloutAborted}', false],
  ['{seconds: 2}', true],
  ['{seconds: 3}', false],
];

for (const [text, over] of rows) {
  void test(`wait ${text} is ${over ? 'over' : 'not over'}`, () => {
    const source = `name: x\ngiven: [{kind: Rollout, metadata: {name: app}}]\nsteps: [{wait: ${text}}]`;
    const action = parseScenario(source).steps[0]?.action;
    assert.ok(action?.kind === 'wait');
    assert.equal(unmet(action.wait, scene).length === 0, over);
  });
}

const mistakes: readonly (readonly [step: string, message: RegExp])[] = [
  ['{wiat: {}}', /action 1 is not understood/],
  ['{wait: {faze: x}}', /action 1 is not understood/],
  ['{wait: {until: [nonsense]}}', /action 1 is not understood/],
  ['{patch: {type: odd}}', /action 1 is not understood/],
  ['{delete: {}, scale: {}}', /action 1 is not understood/],
];

for (const [step, message] of mistakes) {
  void test(`a scenario with ${step} is refused`, () => {
    assert.throws(() => parseScenario(`name: x\nsteps: [${step}]`), message);
  });
}
