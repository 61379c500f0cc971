import { promisedAvailable } from '../reading.ts';
import type { Script } from '../script.ts';

/** Troubles and deeds by which pods go, or do not serve, whoever takes care of them. */
const ROUGH_TROUBLES: readonly string[] = ['flap', 'no-starts'];
const ROUGH_DEEDS: readonly string[] = [
  'delete-pod',
  'meddle',
  'delete',
  'restart',
  'apply-service',
  'delete-route',
];

/** Whether nothing in a script is a reason for a request to go unanswered. */
export function isGentle({ apps, troubles, deeds }: Script): boolean {
  const isSafe = apps.every((app) => {
    // Where stable shrinks with its weight its last pods go with the route, which data planes follow later.
    const isServing = app.replicas > 0 && app.canary['dynamicStableScale'] !== true;
    // So do all of them where nothing keeps the pods of the older version for a while.
    const isKept = app.canary['scaleDownDelaySeconds'] !== 0;
    if (app.blueGreen !== undefined) return isServing;
    if (app.routing !== 'none') return isServing && isKept;
    return isServing && promisedAvailable(app, app.replicas) > 0;
  });
  const isEmptied = deeds.some(({ deed }) => deed.kind === 'scale' && deed.replicas < 2);
  return (
    isSafe &&
    !isEmptied &&
    !troubles.some(({ kind }) => ROUGH_TROUBLES.includes(kind)) &&
    !deeds.some(({ deed }) => ROUGH_DEEDS.includes(deed.kind))
  );
}
