import type { Issue } from '../../api/meta.ts';
import { SESSIONS_PATH, stickySessions } from '../../api/sessions.ts';
import type { Routes, Session } from '../routes.ts';
import type { World } from '../world.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/**
 * The session that should be in force beside these weights and header routes; null: none. It lasts for as
 * long as anybody is sent to the canary on purpose, and ends with an abort and with the promotion: then its
 * cookie means nothing any more.
 */
export function sessionTarget(
  release: Pick<Release, 'rollout' | 'hash'>,
  life: Pick<Life, 'abort'>,
  { canaryWeight, headers }: Pick<Routes, 'canaryWeight' | 'headers'>,
): Session | null {
  const asked = stickySessions(release.rollout.metadata);
  const isVisited = canaryWeight > 0 || headers.length > 0;
  if (asked.kind !== 'cookie' || !isVisited || life.abort === true) return null;
  return { cookie: asked.cookie, value: release.hash };
}

/** Why sessions cannot be kept as they are asked for; the routers of a spec that names some are known. */
export function sessionIssues({
  rollout,
  routers,
  routerIssues,
}: Pick<World, 'rollout' | 'routers' | 'routerIssues'>): readonly Issue[] {
  const asked = stickySessions(rollout.metadata);
  if (asked.kind === 'none') return [];
  if (asked.kind === 'issue') return [asked.issue];
  // What is wrong with the routers is told elsewhere, and what they can do is not known before.
  if (routers.length === 0 && routerIssues.length > 0) return [];
  const unable = routers.filter(({ can }) => !can.sessions).map(({ name }) => name);
  if (routers.length > 0 && unable.length === 0) return [];
  const need = 'sticky sessions need an HTTPRoute of the Gateway API';
  const message = unable.length === 0 ? need : `${need}: ${unable.join(', ')} cannot keep them`;
  return [{ path: SESSIONS_PATH, message }];
}
