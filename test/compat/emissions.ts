import type { Difference } from './difference.ts';
import type { Emission, Recording } from './recording.ts';
import type { Seen } from './seen.ts';

/** A class of events that is compared in another way, and why. */
interface Treatment {
  readonly reason: RegExp;
  readonly message: RegExp;
  /**
   * `ignore`: not compared at all. `optional`: may be missing on either side. `reword`: part of the text is
   * dropped.
   */
  readonly how: 'ignore' | 'optional' | { readonly reword: string };
  readonly why: string;
}

/** All the ways in which events are not compared word for word. */
export const treatments: readonly Treatment[] = [
  {
    reason: /^TrafficWeightUpdated$/,
    message: /^Traffic weight updated ?$/,
    how: 'ignore',
    why: 'an empty text, emitted when only a hash changed: a defect of the original',
  },
  {
    reason: /^ScalingReplicaSet$/,
    message: / from \d+ to \d+$/,
    how: { reword: '' },
    why: 'sizes in between depend on which pods get ready first; the sizes themselves are compared as values',
  },
  {
    reason: /^AnalysisRun/,
    message: / Previous: '[A-Za-z]*'$/,
    how: { reword: '' },
    why: 'whether a fast run is seen Running before its end differs between two runs of the original',
  },
  {
    reason: /^AnalysisRun(Running|Pending)$/,
    message: /./,
    how: 'optional',
    why: 'whether a fast run is seen Running before its end differs between two runs of the original',
  },
  {
    reason: /^FoundNewReplicaSet$/,
    message: /./,
    how: 'optional',
    why: 'two runs of the original differ in NewReplicaSetCreated and FoundNewReplicaSet',
  },
  {
    reason: /./,
    message: /0x?[0-9a-f]{6,}/,
    how: { reword: '<address>' },
    why: 'memory addresses in texts of the original',
  },
];

/** The reasons that tell the story of a rollout; their order is compared. */
const storyReasons: ReadonlySet<string> = new Set([
  'RolloutUpdated',
  'RolloutNotCompleted',
  'RolloutStepCompleted',
  'RolloutPaused',
  'RolloutResumed',
  'RolloutAborted',
  'RolloutCompleted',
  'SkipSteps',
]);

interface Told {
  readonly reason: string;
  readonly text: string;
  readonly optional: boolean;
}

function tell({ type, reason, message }: Emission): Told | null {
  let text = message;
  let optional = false;
  for (const treatment of treatments) {
    if (!treatment.reason.test(reason) || !treatment.message.test(text)) continue;
    if (treatment.how === 'ignore') return null;
    if (treatment.how === 'optional') optional = true;
    else text = text.replace(treatment.message, treatment.how.reword);
  }
  return { reason, text: `${type} ${reason}: ${text}`, optional };
}

function tellAll(emitted: readonly Emission[], object: string): readonly Told[] {
  return emitted.filter((emission) => emission.object === object).flatMap((emission) => tell(emission) ?? []);
}

/** The same events about each object, whatever their number: type, reason and text. */
export function compareEvents(mine: Seen, theirs: Seen): readonly Difference[] {
  const objects = [...new Set([...theirs.recording.emitted, ...mine.recording.emitted].map((e) => e.object))];
  return objects.flatMap((object) => {
    const ours = tellAll(mine.recording.emitted, object);
    const original = tellAll(theirs.recording.emitted, object);
    const missing = without(original, ours).map((told) => row(object, told, told.text, 'not emitted'));
    const extra = without(ours, original).map((told) => row(object, told, 'not emitted', told.text));
    return [...missing, ...extra];
  });
}

function without(some: readonly Told[], others: readonly Told[]): readonly Told[] {
  const known = new Set(others.map((told) => told.text));
  const left = some.filter((told) => !told.optional && !known.has(told.text));
  return [...new Map(left.map((told) => [told.text, told])).values()];
}

function row(object: string, told: Told, original: string, ours: string): Difference {
  return { rule: 'events', object, field: told.reason, original, ours, at: { original: null, ours: null } };
}

/**
 * The events that tell the story come in the same order. What only one side has is the business of
 * `compareEvents`.
 */
export function compareEventOrder(ours: Recording, original: Recording): readonly Difference[] {
  const objects = [...new Set(original.emitted.map((emission) => emission.object))];
  return objects.flatMap((object): readonly Difference[] => {
    const both = (texts: readonly string[], others: readonly string[]): readonly string[] =>
      texts.filter((text) => others.includes(text)).filter((text, index, list) => text !== list[index - 1]);
    const [a, b] = [storyOf(original, object), storyOf(ours, object)];
    const [left, right] = [both(a, b), both(b, a)];
    const index = left.findIndex((text, at) => text !== right[at]);
    const at = index < 0 && right.length > left.length ? left.length : index;
    if (at < 0) return [];
    const tail = (texts: readonly string[]): string =>
      texts.slice(Math.max(0, at - 1), at + 3).join(' | ') || 'no more';
    return [
      {
        rule: 'event order',
        object,
        field: left[at] ?? right[at] ?? '',
        original: tail(left),
        ours: tail(right),
        at: { original: null, ours: null },
      },
    ];
  });
}

function storyOf(recording: Recording, object: string): readonly string[] {
  const about = recording.emitted.filter((e) => e.object === object && storyReasons.has(e.reason));
  return about.flatMap((emission) => tell(emission)?.text ?? []);
}
