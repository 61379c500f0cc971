import type { Issue, JsonObject } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import type { PluginStep, Rollout } from '../../api/rollout.ts';
import { gate } from './gate.ts';
import { job } from './job.ts';
import type { Sees, StepPlugin, Turn } from './plugin.ts';
import { prove } from './prove.ts';
import { window } from './window.ts';

/** A plugin with the configuration of one step. */
export type BoundStep = (memo: JsonObject, sees: Sees) => Turn;

/** A step that can be carried out, or every reason why it cannot. */
export type Binding =
  | { readonly kind: 'step'; readonly run: BoundStep }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

type Bind = (config: unknown, path: string) => Binding;

/** Plugins for steps: the one table of their names. */
export const STEP_PLUGINS: Readonly<Record<string, Bind>> = {
  [gate.name]: binder(gate),
  [job.name]: binder(job),
  [prove.name]: binder(prove),
  [window.name]: binder(window),
};

function binder<Config>(plugin: StepPlugin<Config>): Bind {
  return (raw, path) => {
    const found = plugin.read(raw, path);
    if (found.kind === 'issues') return found;
    const { config } = found;
    return { kind: 'step', run: (memo, sees) => plugin.run(config, memo, sees) };
  };
}

/** Steps do not change while their object stands in a cache, so each is read once. */
const known = new WeakMap<PluginStep, Binding>();

/** The plugin of a step that stands at `path` in the Rollout. */
export function stepPlugin(step: PluginStep, path: string): Binding {
  const before = known.get(step);
  if (before !== undefined) return before;
  const bind = Object.hasOwn(STEP_PLUGINS, step.name) ? STEP_PLUGINS[step.name] : undefined;
  const binding = bind === undefined ? unknown(step, path) : bind(step.config, at(path, 'config'));
  known.set(step, binding);
  return binding;
}

function unknown({ name }: PluginStep, path: string): Binding {
  const names = Object.keys(STEP_PLUGINS).join(', ');
  const message = `unknown step plugin "${name}"; known are ${names}`;
  return { kind: 'issues', issues: [{ path: at(path, 'name'), message }] };
}

/** Everything that is wrong with the plugin steps of a rollout. Total: a spec of any shape is looked at. */
export function stepPluginIssues(rollout: Rollout): readonly Issue[] {
  const steps: unknown = (rollout as Partial<Rollout>).spec?.strategy?.canary?.steps;
  if (!Array.isArray(steps)) return [];
  const gates = new Set<string>();
  return steps.flatMap((step: { readonly plugin?: PluginStep } | null, i): readonly Issue[] => {
    const plugin = step?.plugin;
    // A step without the name of its plugin is told of by the rules for all steps.
    if (plugin === undefined || plugin === null || typeof plugin.name !== 'string' || plugin.name === '')
      return [];
    const path = at('spec.strategy.canary.steps', i, 'plugin');
    const binding = stepPlugin(plugin, path);
    if (binding.kind === 'issues') return binding.issues;
    return plugin.name === prove.name ? unprovable(rollout, path) : twice(plugin, path, gates);
  });
}

/** Without an analysis in the background nobody would ever prove anything. */
function unprovable({ spec }: Rollout, path: string): readonly Issue[] {
  if (spec.strategy?.canary?.analysis !== undefined) return [];
  const message = `${prove.name} needs spec.strategy.canary.analysis, whose metrics compare canary and stable`;
  return [{ path: at(path, 'name'), message }];
}

/** Two gates of one name could not be told apart by those who approve. */
function twice({ name, config }: PluginStep, path: string, gates: Set<string>): readonly Issue[] {
  const called = name === gate.name ? (config as { readonly name?: string } | undefined)?.name : undefined;
  if (called === undefined) return [];
  if (!gates.has(called)) {
    gates.add(called);
    return [];
  }
  return [{ path: at(path, 'config', 'name'), message: `another gate is called "${called}", too` }];
}
