import type { App, Script } from './script.ts';

/**
 * Cuts a script down to what is needed for it still to fail: leaves out deeds, troubles, faults,
 * applications, steps and fields one after the other, as long as `fails` says so. At most `tries` runs.
 */
export async function shrink(
  script: Script,
  fails: (script: Script) => Promise<boolean>,
  tries: number,
): Promise<Script> {
  let best = script;
  let left = tries;
  for (let changed = true; changed && left > 0; ) {
    changed = false;
    for (const smaller of smallerThan(best)) {
      if (left-- <= 0) break;
      if (!(await fails(smaller))) continue;
      best = smaller;
      changed = true;
      break;
    }
  }
  return best;
}

/** Everything that is one thing less, the largest cuts first. */
function* smallerThan(script: Script): Generator<Script> {
  for (const part of ['faults', 'troubles', 'deeds'] as const) {
    const all: readonly unknown[] = script[part];
    for (let size = all.length; size >= 1; size = Math.floor(size / 2))
      for (let at = 0; at < all.length; at += size) yield { ...script, [part]: all.toSpliced(at, size) };
  }
  if (script.apps.length > 1) for (const app of script.apps) yield without(script, app.name);
  for (const app of script.apps)
    for (const smaller of smallerApps(app))
      yield { ...script, apps: script.apps.map((one) => (one === app ? smaller : one)) };
}

function without(script: Script, name: string): Script {
  return {
    ...script,
    apps: script.apps.filter((app) => app.name !== name),
    deeds: script.deeds.filter(({ app }) => app !== name),
    troubles: script.troubles.filter((trouble) => !('app' in trouble) || trouble.app !== name),
  };
}

function* smallerApps(app: App): Generator<App> {
  for (let i = 0; i < app.steps.length; i++) yield { ...app, steps: app.steps.toSpliced(i, 1) };
  for (const part of ['canary', 'spec'] as const)
    for (const field of Object.keys(app[part])) {
      const { [field]: _, ...rest } = app[part];
      yield { ...app, [part]: rest };
    }
  if (app.readySeconds > 0) yield { ...app, readySeconds: 0 };
  if (app.replicas > 1) yield { ...app, replicas: 1 };
  if (app.rate > 0 && !app.steps.some((step) => 'analysis' in step)) yield { ...app, rate: 0 };
}
