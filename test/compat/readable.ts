import type { Difference } from './difference.ts';
import { asList, asText, dig, type Json, type JsonObject, show } from './json.ts';
import type { Change } from './paths.ts';
import type { Line, Recording } from './recording.ts';
import { kindOf } from './timeline.ts';

/** A recording as a timeline for people, like the `.md` files beside the originals. */
export function readable(recording: Recording): string {
  const lines = recording.lines.flatMap((line) => readableLine(line) ?? []);
  const finals = [...recording.finals].map(([name, object]) => `${name} ${summary(name, object)}`);
  return [
    `# ${recording.scenario}`,
    recording.about,
    ['```', ...lines, '```'].join('\n'),
    'Final:',
    ['```', ...finals, '```'].join('\n'),
    '',
  ].join('\n\n');
}

/** One line of the timeline; null for what only counts versions. */
export function readableLine(line: Line): string | null {
  const t = `+${line.t.toFixed(2)}`.padStart(8);
  switch (line.kind) {
    case 'action':
      return `${t} >>> [${line.step}] ${cut(actionText(line.action, line.result))}`;
    case 'added':
      return `${t} ${line.object} ADDED by ${line.by} ${summary(line.object, line.full)}`;
    case 'deleted':
      return `${t} ${line.object} DELETED`;
    case 'event': {
      const [reason, message] = [asText(line.event['reason']), asText(line.event['message'])];
      const count = Number(line.event['count']) > 1 ? ` x${show(line.event['count'])}` : '';
      const warning = line.event['type'] === 'Warning' ? ' (Warning)' : '';
      return `${t} Event/${line.object} ${reason}${warning}: ${message}${count}`;
    }
    case 'modified': {
      const told = line.changes.flatMap((change) => changeText(change) ?? []);
      if (told.length === 0) return null;
      const flips =
        line.flips === null ? '' : ` (${line.flips.count} times to and fro until +${line.flips.until})`;
      return `${t} ${line.object} (${line.by})${flips} ${cut(told.join('; '))}`;
    }
    default:
      return line satisfies never;
  }
}

function actionText(action: JsonObject, result: Json): string {
  const [[name, value] = ['', null]] = Object.entries(action);
  const requests = asList(dig(result, 'requests')).map(
    (one) => `${show(dig(one, 'verb'))} ${show(dig(one, 'path'))} ${show(dig(one, 'body'))}`,
  );
  const timeout = dig(result, 'waited') === 'TIMEOUT' ? [`TIMEOUT: ${show(dig(result, 'because'))}`] : [];
  return [name, show(value), ...requests, ...timeout].join(' ');
}

function changeText([path, from, to]: Change): string | null {
  if (/observedGeneration$|lastUpdateTime$|lastTransitionTime$|\]\.message$|generation$/.test(path))
    return null;
  const short = path.replace(/^status\./, '').replace(/^metadata\.annotations/, 'ann');
  const condition = path.startsWith('status.conditions[') && from === null && to !== null;
  const text = condition ? `${show(dig(to, 'status'))}/${show(dig(to, 'reason'))}` : show(to);
  return `${short}: ${show(from)}→${text}`;
}

function summary(name: string, object: JsonObject): string {
  const status = dig(object, 'status');
  const fields: readonly (readonly [string, Json | undefined])[] = [
    ['replicas', dig(object, 'spec', 'replicas')],
    ['phase', dig(status, 'phase')],
    ['message', dig(status, 'message')],
    ['step', dig(status, 'currentStepIndex')],
    ['stableRS', dig(status, 'stableRS')],
    ['available', dig(status, 'availableReplicas')],
    ['selector', kindOf(name) === 'Service' ? dig(object, 'spec', 'selector') : undefined],
    ['annotations', dig(object, 'metadata', 'annotations')],
  ];
  return cut(
    fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${show(value)}`])).join(' '),
  );
}

function cut(text: string): string {
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

/** What went differently in a scenario, with what surrounds it on both sides. */
export function report(ours: Recording, original: Recording, differences: readonly Difference[]): string {
  const parts = differences.map((difference) => {
    const { rule, object, field, at } = difference;
    const around = [
      ...surroundings('original', original, object, at.original),
      ...surroundings('ours', ours, object, at.ours),
    ];
    return [
      `${rule}: ${object} ${field}`,
      `    original: ${cut(difference.original)}`,
      `    ours:     ${cut(difference.ours)}`,
      ...around,
    ].join('\n');
  });
  return `${original.scenario}: ${differences.length} differences\n${parts.join('\n')}`;
}

/** Lines about an object and its ReplicaSets near a time. */
function surroundings(
  side: string,
  recording: Recording,
  object: string,
  t: number | null,
): readonly string[] {
  if (t === null) return [];
  const near = recording.lines.filter((line) => Math.abs(line.t - t) < 0.8 && concerns(line, object));
  const told = near.flatMap((line) => readableLine(line) ?? []);
  const middle = told.findIndex((text) => Number(text.trim().split(' ')[0]) >= t);
  const from = Math.max(0, middle - 5);
  return [
    `    -- ${side} around +${t.toFixed(2)} s`,
    ...told.slice(from, from + 11).map((text) => `    ${text}`),
  ];
}

function concerns(line: Line, object: string): boolean {
  if (line.kind === 'action') return true;
  if (line.kind === 'event') return line.object === object;
  return (
    line.object === object || ['Rollout', 'ReplicaSet', 'Service', 'Ingress'].includes(kindOf(line.object))
  );
}
