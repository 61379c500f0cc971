import { analysisLook, type Look } from '../../view/look.ts';
import type { Entry } from './entry.ts';

/** An entry as a line for people. */
export interface Line {
  readonly look: Look | null;
  readonly text: string;
  /** What belongs to it and is too long for one line. */
  readonly more: readonly string[];
}

/** How much is told: what most want to know, or all that there is. */
export type Detail = 'usual' | 'all';

/** An entry in words; null where it is not told in this detail. */
export function sayEntry(entry: Entry, detail: Detail): Line | null {
  if (detail === 'usual' && !isUsual(entry)) return null;
  const line = (text: string, look: Look | null = null, more: readonly string[] = []): Line => ({
    look,
    text,
    more,
  });
  switch (entry.kind) {
    case 'release':
      return line(sayRelease(entry), 'busy');
    case 'step':
      return line(`step ${entry.index + 1}/${entry.total}: ${entry.what}`);
    case 'weight':
      return line(`weight of the new version: ${entry.from}% → ${entry.to}%`);
    case 'switch':
      return line(
        `${entry.role} Service ${entry.service}: revision ${entry.from} → revision ${entry.to}`,
        entry.role === 'active' ? 'busy' : null,
      );
    case 'share':
      return line(sayShare(entry));
    case 'pods':
      return line(sayPods(entry));
    case 'trouble':
      return line(`revision ${entry.revision}: ${entry.what}`, 'warning');
    case 'phase':
      return line(entry.what, entry.look);
    case 'promoted':
      return line(`revision ${entry.revision} is the stable version now`, 'good');
    case 'run':
      return line(sayRun(entry), analysisLook(entry.phase), entry.why);
    case 'measurement':
      return line(
        `analysis ${entry.run}: ${entry.metric} ${entry.phase === 'Error' ? '' : '= '}${entry.what}`,
        analysisLook(entry.phase),
      );
    case 'event':
      return line(`event ${entry.reason}: ${entry.message}`, entry.type === 'Warning' ? 'warning' : null);
    case 'notification':
      return line(`message to ${entry.to}: ${entry.text}`);
    case 'deed':
      return line(`→ ${entry.what}`);
    case 'gone':
      return line('the rollout is gone', 'off');
    default:
      return entry satisfies never;
  }
}

function isUsual(entry: Entry): boolean {
  if (entry.kind === 'event') return TOLD_EVENTS.has(entry.reason);
  return entry.kind !== 'measurement' || !entry.isSame;
}

/** Events that say what no other entry does. */
const TOLD_EVENTS: ReadonlySet<string> = new Set([
  'SkipSteps',
  'CreatingCanaryIngress',
  'TrafficRoutingError',
  'ReplicaSetCreateError',
  'ReconciliationError',
]);

function sayRelease({ revision, from, to, isBack }: Extract<Entry, { kind: 'release' }>): string {
  if (isBack) return `back to the stable version, revision ${revision} (${to.join(', ')})`;
  if (from.length === 0) return `revision ${revision} is released: ${to.join(', ')}`;
  const changed = to.filter((image, i) => image !== from[i]);
  const before = from.filter((image, i) => image !== to[i]);
  const images = changed.length === 0 ? to.join(', ') : `${before.join(', ')} → ${changed.join(', ')}`;
  return `revision ${revision} is released: ${images}`;
}

function sayShare({ weight, requests, canary, failed }: Extract<Entry, { kind: 'share' }>): string {
  const share = ((100 * canary) / requests).toFixed(1);
  const failures = failed === 0 ? 'none failed' : `${grouped(failed)} failed`;
  return `at ${weight}% the new version got ${grouped(canary)} of ${grouped(requests)} requests (${share}%), ${failures}`;
}

function sayPods({ revision, wanted, isAgain }: Extract<Entry, { kind: 'pods' }>): string {
  const count = wanted === 0 ? 'no pods' : wanted === 1 ? '1 pod' : `${wanted} pods`;
  return `revision ${revision} has ${count}${isAgain ? ' again' : ''}`;
}

function sayRun({ run, step, phase }: Extract<Entry, { kind: 'run' }>): string {
  const where = step === null ? '' : ` (step ${step + 1})`;
  return phase === 'Running' ? `analysis ${run}${where} begins` : `analysis ${run}${where}: ${phase}`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
