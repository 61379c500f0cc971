import type { Difference } from './difference.ts';
import { type Json, same, show } from './json.ts';
import { fieldsOf } from './milestones.ts';
import type { Seen } from './seen.ts';
import { endOf, kindOf, ownerOf, type Version } from './timeline.ts';

/**
 * How long values must have been held at the same time; seconds. Longer than pods take to differ in
 * readiness.
 */
const durableSeconds = 0.5;

/** Values at one time: `Kind/name field` to value. While a value goes to and fro it is left out. */
type Scene = ReadonlyMap<string, Json>;

interface Shot {
  readonly from: number;
  readonly until: number;
  readonly scene: Scene;
}

/**
 * The values that the objects of one rollout had at the same time for half a second or more must be there
 * together in ours, in the same order. Runs and experiments are left out: they go their own way.
 */
export function compareTogether(mine: Seen, theirs: Seen): readonly Difference[] {
  const rollouts = new Set([...theirs.holds.keys()].filter((object) => kindOf(object) === 'Rollout'));
  const owners = ownersOf(theirs.versions);
  return [...rollouts].flatMap((rollout) => {
    const belongs = (object: string): boolean => {
      if (object === rollout) return true;
      if (kindOf(object) === 'ReplicaSet') return owners.get(object) === rollout;
      const routing = !['Rollout', 'AnalysisRun', 'Experiment', 'Pod', 'Job'].includes(kindOf(object));
      return routing && rollouts.size === 1;
    };
    return compareShots(rollout, shotsOf(mine, belongs), shotsOf(theirs, belongs));
  });
}

function ownersOf(versions: readonly Version[]): ReadonlyMap<string, string | null> {
  return new Map(versions.flatMap((v) => (v.state === null ? [] : [[v.object, ownerOf(v.state)] as const])));
}

/** In the order of versions: each kind has a watch of its own, and on a busy machine they overtake one another. */
function shotsOf(seen: Seen, belongs: (object: string) => boolean): readonly Shot[] {
  let latest = 0;
  const all = seen.versions
    .filter((version) => belongs(version.object))
    .flatMap((version) => {
      latest = Math.max(latest, version.t);
      return steps({ ...version, t: latest });
    });
  const changes = all.filter((step) => Number.isFinite(step.t));
  changes.sort((a, b) => a.t - b.t);
  const scene = new Map<string, Json>();
  const shots: { from: number; until: number; scene: Scene }[] = [];
  for (const change of changes) {
    change.apply(scene);
    const last = shots.at(-1);
    if (last !== undefined && sameScene(last.scene, scene)) continue;
    if (last !== undefined) last.until = change.t;
    shots.push({ from: change.t, until: endOf(seen.recording), scene: new Map(scene) });
  }
  return shots;
}

interface Step {
  readonly t: number;
  readonly apply: (scene: Map<string, Json>) => void;
}

function steps({ t, object, state, wobble }: Version): readonly Step[] {
  const clear = (scene: Map<string, Json>): void => {
    for (const key of scene.keys()) if (key.startsWith(`${object} `)) scene.delete(key);
  };
  const settle = (scene: Map<string, Json>): void => {
    clear(scene);
    for (const [field, value] of Object.entries(state === null ? {} : fieldsOf(object, state))) {
      if (value !== null) scene.set(`${object} ${field}`, value);
    }
  };
  if (wobble === null) return [{ t, apply: settle }];
  return [
    { t, apply: clear },
    { t: wobble.until, apply: settle },
  ];
}

function sameScene(a: Scene, b: Scene): boolean {
  return a.size === b.size && [...a].every(([key, value]) => same(value, b.get(key)));
}

function compareShots(
  rollout: string,
  ours: readonly Shot[],
  original: readonly Shot[],
): readonly Difference[] {
  let next = 0;
  for (const shot of original) {
    const last = shot === original.at(-1);
    if (!last && shot.until - shot.from < durableSeconds) continue;
    const found = ours.findIndex((own, index) => index >= next && distance(own, shot).length === 0);
    if (found < 0) return [describe(rollout, ours.slice(next), shot)];
    next = found;
  }
  return [];
}

/** What differs between two scenes. Where the original went to and fro, nothing is asked. */
function distance(own: Shot, shot: Shot): readonly string[] {
  const keys = [...new Set([...own.scene.keys(), ...shot.scene.keys()])];
  const wavering = (key: string): boolean => key.startsWith('Service/') && !shot.scene.has(key);
  return keys.filter((key) => !same(own.scene.get(key), shot.scene.get(key)) && !wavering(key));
}

function describe(rollout: string, ours: readonly Shot[], shot: Shot): Difference {
  const nearest = ours.reduce<Shot | null>(
    (best, own) => (best === null || distance(own, shot).length < distance(best, shot).length ? own : best),
    null,
  );
  const keys = nearest === null ? [...shot.scene.keys()] : distance(nearest, shot);
  const list = (scene: Scene | undefined): string =>
    keys.map((key) => `${key}=${show(scene?.get(key))}`).join(', ');
  const rest = [...shot.scene]
    .filter(([key]) => !keys.includes(key))
    .map(([key, value]) => `${key}=${show(value)}`);
  return {
    rule: 'together',
    object: rollout,
    field: keys.join(', '),
    original: `${list(shot.scene)} for ${(shot.until - shot.from).toFixed(2)} s, while ${rest.join(', ')}`,
    ours: `${list(nearest?.scene)} at the nearest`,
    at: { original: shot.from, ours: nearest?.from ?? null },
  };
}
