import { isDeepStrictEqual } from 'node:util';
import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Change } from '../../../../src/sim/api-server/api.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { isCustomScaled, selects, serviceOf, weightOf } from '../reading.ts';
import { leastWanted, type Memory, type Sight } from './memory.ts';
import { hashOf, setsOf } from './pods.ts';
import { STALE_MS } from './scene.ts';
import { usersPart } from './users.ts';

/** The stable Service goes only to a version that has pods. */
export function seeService(sight: Sight, memory: Memory, { before, after }: Change): void {
  if (before === null || after === null || sight.isUser()) return;
  if (!isDeepStrictEqual(usersPart(before), usersPart(after)))
    sight.tell('users', `Service ${after.metadata.name} was changed`);
  const hash = selectorOf(after)?.[LABEL.podTemplateHash];
  const isMoved = hash !== selectorOf(before)?.[LABEL.podTemplateHash];
  const isStable = after.metadata.name === serviceOf(sight.api, memory.app, 'stable');
  if (!isMoved || !isStable || hash === undefined || leastWanted(memory) === 0) return;
  // Who has not heard yet that the Rollout is gone holds on to its pods, which go with it.
  if (memory.goneAtMs !== null && sight.now() - memory.goneAtMs < STALE_MS) return;
  const set = setsOf(sight, memory).find((one) => hashOf(one) === hash);
  if (set === undefined || sight.pods.available(set) === 0)
    sight.tell('capacity', `the stable Service of ${memory.app.name} moves to ${hash}, which has no pods`);
}

/** Traffic goes only where the pods can carry it, and routes stay as their users have written them. */
export function seeRoute(sight: Sight, memory: Memory, { before, after }: Change): void {
  const { app } = memory;
  const weight = after === null ? 0 : weightOf(after, serviceOf(sight.api, app, 'canary'));
  const isOurs = !sight.isUser() && before !== null;
  const isGone = sight.api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name }) === null;
  if (isOurs && after !== null && !isDeepStrictEqual(usersPart(before), usersPart(after)))
    sight.tell('users', `${after.kind} ${after.metadata.name} was changed`);
  // What is handed back goes to whatever pods are left, and whose turn it was is not known any more.
  if (weight === null || isGone) return;
  if (!sight.isUser() && weight > memory.weight) seeRise(sight, memory, weight);
  const isWaiting = weight > 0 || app.canary['dynamicStableScale'] === true;
  if (!sight.isUser() && weight < memory.weight && isWaiting) seeReturn(sight, memory, weight);
  if (app.routing !== 'none') memory.weight = weight;
}

/**
 * An abort does not wait, for nothing is worse than a bad version. Nor does what nobody answers any more: the
 * first pod that does is better.
 */
function seeReturn(sight: Sight, memory: Memory, weight: number): void {
  const behind = (role: 'stable' | 'canary') =>
    setsOf(sight, memory).find((one) => selects(sight.api, memory.app, role, hashOf(one)));
  const [set, left] = [behind('stable'), behind('canary')];
  const all = Math.floor(((100 - weight) * leastWanted(memory)) / 100 + 1e-9);
  const needed = left !== undefined && sight.pods.isEmpty(left) ? Math.min(1, all) : all;
  const available = set === undefined ? 0 : sight.pods.available(set);
  if (set !== undefined && available < needed)
    sight.tell('capacity', `${memory.app.name}: ${100 - weight} % go back to ${available} of ${needed} pods`);
}

function seeRise(sight: Sight, memory: Memory, weight: number): void {
  const { app, abortedAtMs } = memory;
  if (abortedAtMs !== null && sight.now() - abortedAtMs > STALE_MS)
    sight.tell('abort', `${app.name}: from ${memory.weight} to ${weight}`);
  const set = setsOf(sight, memory).find((one) => selects(sight.api, app, 'canary', hashOf(one)));
  const wanted = leastWanted(memory);
  const needed = isCustomScaled(app) ? Math.min(1, wanted) : Math.ceil((weight * wanted) / 100 - 1e-9);
  const available = set === undefined ? 0 : sight.pods.available(set);
  if (available < needed)
    sight.tell('capacity', `${app.name}: weight ${weight} needs ${needed} pods, ${available} are there`);
}

function selectorOf(service: Manifest): Readonly<Record<string, string>> | undefined {
  return (service['spec'] as { selector?: Readonly<Record<string, string>> } | undefined)?.selector;
}
