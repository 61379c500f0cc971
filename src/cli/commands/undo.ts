import { resources } from '../../api/resources.ts';
import type { ReplicaSet } from '../../api/workload.ts';
import { equalTemplates } from '../../core/hash/equal.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import type { JsonPatchOperation } from '../../view/actions.ts';
import { revisionNumber } from '../../view/parts.ts';
import { asJson, keptConfiguration, undoTarget, userTemplate } from '../../view/undo.ts';
import { podSelector, readRollout } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';
import { templateHolder } from '../workload.ts';

/** `undo NAME [--to-revision N]`: goes back to the pod template of an earlier revision. */
export async function undo(
  io: Io,
  cluster: Cluster,
  name: string,
  options: { readonly toRevision: string },
): Promise<number> {
  if (!/^[0-9]+$/.test(options.toRevision))
    throw new Refusal(`--to-revision: ${options.toRevision} is not a revision number`);
  const rollout = await readRollout(cluster, name);
  const selection = { namespace: cluster.namespace, labelSelector: podSelector(rollout) };
  const { items } = await cluster.api.list(
    resources.replicaSets,
    selection,
    (raw) => raw as ReplicaSet & KubeObject,
  );
  const target = undoTarget(rollout, items, Number(options.toRevision));
  if (target.kind === 'none') throw new Refusal(target.why);
  const holder = await templateHolder(cluster, rollout);
  const template = userTemplate(target.replicaSet);
  if (equalTemplates(template, holder.template)) {
    const revision = revisionNumber(target.replicaSet);
    say(io.out, `skipped rollback (current template already matches revision ${revision})`);
    for (const kept of keptConfiguration(target.replicaSet)) say(io.err, `Note: ${kept}`);
    return 0;
  }
  const patch: readonly JsonPatchOperation[] = [
    { op: 'replace', path: holder.path, value: asJson(template) },
  ];
  const place = { namespace: cluster.namespace, name: holder.name };
  await cluster.api.patch(holder.resource, place, { type: 'json', body: patch });
  say(io.out, `rollout '${name}' undo`);
  for (const kept of keptConfiguration(target.replicaSet)) say(io.err, `Note: ${kept}`);
  return 0;
}
