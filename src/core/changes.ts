import { ANNOTATION, API_VERSION, LABEL } from '../api/keys.ts';
import type { Json, JsonObject, Manifest } from '../api/meta.ts';
import type { ReplicaSet } from '../api/workload.ts';
import { claimsBefore, claimsOfRoutes } from './claims.ts';
import { isOfAnother } from './manager.ts';
import { mergePatch } from './merge-patch.ts';
import { ownerReference } from './owner.ts';
import type { Change, Decision, Injection, Note, PatchChange, ReplicaSetTarget, Target } from './plan.ts';
import { copiesBefore, copiesToCollect } from './rollout/configuration-copies.ts';
import { workloadChanges } from './rollout/workload-target.ts';
import { jobChanges } from './steps/changes.ts';
import { formatInstant } from './time.ts';
import type { RouterView, World } from './world.ts';
import { at, patch, remove, stamp } from './writes.ts';

/**
 * The writes that lead from the world to the target, in the order in which they are safe: grow, claim, shift,
 * claim, shrink. Each may rely on those before it; the first that fails ends the pass.
 *
 * A claim restamps an object in the present epoch, so that a writer with an older plan gets a conflict: the
 * pods before traffic moves onto them, the routes before pods under them go.
 */
export function changes(world: World, decision: Decision): readonly Change[] {
  const { target } = decision;
  if (target === null) return [];
  const resize = target.replicaSets.map((t) => ({ target: t, change: resizeChange(world, target, t) }));
  // With a router, and with blue-green, every shrink waits for the claims: that no Service selects an older
  // version may be old news.
  const routed = world.routers.length > 0 || world.rollout.spec.strategy?.blueGreen !== undefined;
  const shrinks = resize.filter(({ target: t }) => routed && t.replicas < sizeOf(t.replicaSet));
  const grown = resize.filter((r) => !shrinks.includes(r)).flatMap(({ change }) => change);
  const early = grown.filter(({ phase }) => phase !== 'tidy');
  const [services, routes] = [serviceChanges(world, target), routeChanges(world, target)];
  // Away from a bad version every request counts: weights go before anything that stable does not need.
  const back = decision.status.abort === true;
  const shift = back ? [...routes, ...services] : [...services, ...routes];
  const first = back ? early.filter((change) => isOf(change, world, decision.status.stableRS)) : early;
  const written = (list: readonly Change[]) => new Set(list.map((change) => `${change.kind}/${change.name}`));
  const claims = claimsBefore(shift, world, { ...decision, target }, written([...first, ...shift]));
  const claimed = written([...claims, ...shift]);
  // What is claimed because it gets more traffic is written in the next pass: the claim has just moved it on.
  const isLeft = (change: PatchChange) =>
    !first.includes(change) && !claimed.has(`${change.kind}/${change.name}`);
  const rest = early.filter(isLeft);
  const late = shrinks.flatMap(({ change }) => change).filter(isLeft);
  const isKept = ({ name }: Change) => target.discard.every((going) => going.metadata.name !== name);
  const metadata = grown.filter(({ phase }) => phase === 'tidy').filter((one) => isLeft(one) && isKept(one));
  const touched = written([...first, ...claims, ...rest, ...late, ...metadata]);
  const plan = [
    ...copiesBefore(world, target),
    ...first,
    ...createReplicaSet(world, target),
    ...claims,
    ...shift,
    ...(late.length === 0 && !back ? [] : claimsOfRoutes(world, target, claimed)),
    ...rest,
    ...late,
    ...runChanges(target),
    ...experimentChanges(target),
    ...jobChanges(target),
    ...rolloutChange(world, target),
    ...target.evict.map((pod): Change => ({ ...at(pod), verb: 'evict', phase: 'tidy', notes: [] })),
    ...target.discard.map((replicaSet) => remove(replicaSet)),
    ...metadata,
    ...relabelChanges(target, touched),
  ];
  return [...plan, ...copiesToCollect(world, target), ...workloadChanges(world, target, plan)];
}

/** True where a change is one of the ReplicaSet with this hash. */
function isOf(change: Change, world: World, hash: string | undefined): boolean {
  const replicaSet = world.replicaSets.find((rs) => rs.metadata.name === change.name);
  return hash !== undefined && replicaSet?.metadata.labels?.[LABEL.podTemplateHash] === hash;
}

function sizeOf(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

function resizeChange(world: World, target: Target, want: ReplicaSetTarget): readonly PatchChange[] {
  const { replicaSet } = want;
  const stored = replicaSet.metadata.annotations ?? {};
  const deadline = want.deadline === null ? null : formatInstant(want.deadline);
  const annotations: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(want.annotations))
    if (stored[key] !== value) annotations[key] = value;
  if ((stored[ANNOTATION.scaleDownDeadline] ?? null) !== deadline)
    annotations[ANNOTATION.scaleDownDeadline] = deadline;
  const scaled = sizeOf(replicaSet) !== want.replicas;
  const injection = want.injection ?? null;
  if (!scaled && !want.adopt && Object.keys(annotations).length === 0)
    return injection === null ? [] : [patch(replicaSet, 'tidy', injected(injection, {}, {}), [])];
  if (want.carriesTraffic) annotations[ANNOTATION.epoch] = String(target.epoch);
  const metadata = {
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(want.adopt ? { ownerReferences: [ownerReference(world.rollout.metadata)] } : {}),
  };
  const spec = scaled ? { replicas: want.replicas } : {};
  const body = injected(injection, metadata, spec);
  const growing = want.replicas >= sizeOf(replicaSet);
  return [
    patch(
      replicaSet,
      growing ? 'grow' : 'shrink',
      body,
      scaled ? [scaleNote(replicaSet, want.replicas, want.annotations[ANNOTATION.revision])] : [],
    ),
  ];
}

/** The body of a patch, with what is to be put into the pod template. */
function injected(injection: Injection | null, metadata: JsonObject, spec: JsonObject): JsonObject {
  const { annotations = {}, template = null } = injection ?? {};
  const notes = { ...(metadata['annotations'] as JsonObject | undefined), ...annotations };
  const all = { ...metadata, ...(Object.keys(notes).length === 0 ? {} : { annotations: notes }) };
  const want = { ...spec, ...(template === null ? {} : { template }) };
  return {
    ...(Object.keys(all).length === 0 ? {} : { metadata: all }),
    ...(Object.keys(want).length === 0 ? {} : { spec: want }),
  };
}

/**
 * What pods lack of their version's metadata, and last that they have it. A ReplicaSet that is written anyway
 * has its turn in the next pass. The first write changes nothing: it fails where our view is an old one.
 */
function relabelChanges({ relabel = [] }: Target, written: ReadonlySet<string>): readonly Change[] {
  const free = relabel.filter(({ replicaSet }) => !written.has(`ReplicaSet/${replicaSet.metadata.name}`));
  return free.flatMap(({ replicaSet, pods, isLast }) => [
    ...(pods.length === 0 ? [] : [whileAwaited(replicaSet, {})]),
    ...pods.map((one) => patch(one.pod, 'tidy', one.patch, [])),
    ...(isLast ? [whileAwaited(replicaSet, { [ANNOTATION.formerMetadata]: null })] : []),
  ]);
}

/**
 * Each pod that is given something moves the status of its ReplicaSet, so its version is no fence. What its
 * pods may still carry says the same: no other change of the template has the same text.
 */
function whileAwaited(replicaSet: ReplicaSet, annotations: JsonObject): Change {
  const says = replicaSet.metadata.annotations?.[ANNOTATION.formerMetadata] ?? '';
  const change = patch(replicaSet, 'tidy', { metadata: { annotations } }, []);
  return { ...change, resourceVersion: null, onlyWhile: { annotation: ANNOTATION.formerMetadata, says } };
}

function scaleNote(replicaSet: ReplicaSet, to: number, revision?: string): Note {
  const from = sizeOf(replicaSet);
  const number = revision ?? replicaSet.metadata.annotations?.[ANNOTATION.revision] ?? '';
  const way = to > from ? 'up' : 'down';
  const { name } = replicaSet.metadata;
  const message = `Scaled ${way} ReplicaSet ${name} (revision ${number}) from ${from} to ${to}`;
  return { type: 'Normal', reason: 'ScalingReplicaSet', message };
}

function createReplicaSet(world: World, target: Target): readonly Change[] {
  const made = target.create;
  if (made === null || world.nameTakenBy !== null) return [];
  const { name, annotations } = made.metadata;
  const manifest: ReplicaSet = {
    ...made,
    metadata: { ...made.metadata, annotations: { ...annotations, [ANNOTATION.epoch]: String(target.epoch) } },
  };
  const number = annotations?.[ANNOTATION.revision] ?? '';
  const message = `Created ReplicaSet ${name} (revision ${number})`;
  const created: Note = { type: 'Normal', reason: 'NewReplicaSetCreated', message };
  const empty = { ...made, spec: { ...made.spec, replicas: 0 } };
  const size = sizeOf(made);
  const notes = size === 0 ? [created] : [created, scaleNote(empty, size)];
  return [{ ...at(made), verb: 'create', phase: 'grow', manifest, notes }];
}

function serviceChanges(world: World, target: Target): readonly Change[] {
  return Object.entries(target.services).flatMap(([name, hash]) => {
    const service = world.services[name] ?? null;
    if (service === null || isOfAnother(service, world)) return [];
    const manager = service.metadata.annotations?.[ANNOTATION.managedByRollouts];
    const selected = service.spec?.selector?.[LABEL.podTemplateHash];
    if (selected === hash && manager === world.rollout.metadata.name) return [];
    const message = `Switched selector for service '${name}' from '${selected ?? ''}' to '${hash}'`;
    const notes: readonly Note[] =
      selected === hash ? [] : [{ type: 'Normal', reason: 'SwitchService', message }];
    const annotations = {
      ...(manager === world.rollout.metadata.name
        ? {}
        : { [ANNOTATION.managedByRollouts]: world.rollout.metadata.name }),
      ...stamp(world, target),
    };
    const body = { metadata: { annotations }, spec: { selector: { [LABEL.podTemplateHash]: hash } } };
    return [patch(service, 'shift', body, notes)];
  });
}

function routeChanges(world: World, target: Target): readonly Change[] {
  const { routes } = target;
  if (routes === null) return [];
  // Also where a router cannot be read: what can still be written is written, so that a way back never waits.
  return world.routers.flatMap((router) => routerChanges(world, target, router, router.put(routes)));
}

function routerChanges(
  world: World,
  target: Target,
  router: RouterView,
  wanted: readonly (Manifest | null)[],
): readonly Change[] {
  return wanted.flatMap((after, i): readonly Change[] => {
    const before = router.refs[i]?.observed ?? null;
    if (after === null || after === before) return [];
    const notes = target.routes === null ? [] : router.tell(i, target.routes);
    if (before === null) {
      const manifest = { ...after, metadata: stamped(world, target, after) };
      return [{ ...at(after), verb: 'create', phase: 'shift', manifest, notes }];
    }
    if (mergePatch(plain(before), plain(after)) === null) return [];
    const body = mergePatch(plain(before), plain({ ...after, metadata: stamped(world, target, after) }));
    return body === null ? [] : [patch(before, 'shift', body, notes)];
  });
}

/** Manifests are JSON as it came from the API server. */
function plain(manifest: Manifest): JsonObject {
  return manifest as unknown as Readonly<Record<string, Json>>;
}

function stamped(world: World, target: Target, manifest: Manifest): Manifest['metadata'] {
  const annotations = { ...manifest.metadata.annotations, ...stamp(world, target) };
  return { ...manifest.metadata, annotations };
}

function runChanges(target: Target): readonly Change[] {
  return [
    ...target.runs.create.map(
      (run): Change => ({ ...at(run), verb: 'create', phase: 'runs', manifest: run, notes: [] }),
    ),
    ...target.runs.terminate.map((run) => patch(run, 'runs', { spec: { terminate: true } }, [])),
    ...target.runs.discard.map((run) => remove(run)),
  ];
}

function experimentChanges({ experiments }: Target): readonly Change[] {
  return [
    ...experiments.create.map((one): Change => {
      const message = `Created Experiment '${one.metadata.name}'`;
      const notes: readonly Note[] = [{ type: 'Normal', reason: 'ExperimentCreated', message }];
      return { ...at(one), verb: 'create', phase: 'runs', manifest: one, notes };
    }),
    ...experiments.terminate.map((one) => patch(one, 'runs', { spec: { terminate: true } }, [])),
    ...experiments.discard.map((one) => remove(one)),
  ];
}

function rolloutChange(world: World, target: Target): readonly Change[] {
  const generation = target.workload?.generation ?? null;
  if (target.revision === null && generation === null && !target.defaultReplicas) return [];
  const annotations = {
    ...(target.revision === null ? {} : { [ANNOTATION.revision]: target.revision }),
    ...(generation === null ? {} : { [ANNOTATION.workloadGeneration]: generation }),
  };
  const revision = Object.keys(annotations).length === 0 ? {} : { metadata: { annotations } };
  const replicas = target.defaultReplicas ? { spec: { replicas: 1 } } : {};
  // Fenced by its own resourceVersion alone: the status was stored a moment ago and moved it.
  const { metadata } = world.rollout;
  const where = {
    apiVersion: API_VERSION,
    kind: 'Rollout',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
  return [
    {
      ...where,
      verb: 'patch',
      phase: 'record',
      patch: { ...revision, ...replicas },
      resourceVersion: null,
      notes: [],
    },
  ];
}
