import type { CanaryStep } from '../../src/api/rollout.ts';
import { type Draft, type Pods, type Role, type Version, ZERO } from './draft.ts';

/** Reads the one-line notation that `world.ts` explains. */
export function parse(line: string): Draft {
  const words = line.match(/\[[^\]]*\]|\S+/g) ?? [];
  let draft = EMPTY;
  for (let i = 0; i < words.length; ) {
    const [taken, change] = read(words, i, draft);
    draft = { ...draft, ...change };
    i += taken;
  }
  return settled(draft, words);
}

const EMPTY: Draft = {
  versions: [],
  wants: 'stable',
  knows: 'stable',
  stable: 'stable',
  replicas: undefined,
  steps: undefined,
  step: null,
  weight: null,
  epoch: 4,
  spec: {},
  canary: {},
  blueGreen: null,
  status: {},
  annotations: {},
  runs: [],
  managed: true,
  selects: {},
  now: ZERO,
};

/** What words say, and how many of them said it. */
type Heard = readonly [taken: number, change: Partial<Draft>];

function read(words: readonly string[], at: number, draft: Draft): Heard {
  const [word = '', after = '', what = '', length = ''] = words.slice(at, at + 4);
  if (word.startsWith('[')) return [1, stepsOf(word.slice(1, -1), draft)];
  if (word.startsWith('@'))
    return [1, { weight: word === '@-' ? 'none' : Number.parseInt(word.slice(1), 10) }];
  switch (word) {
    case 'stable':
    case 'canary':
    case 'old':
      return [2, withVersion(draft, word, podsOf(after))];
    case 'of':
      return [2, { replicas: Number(after) }];
    case 'new':
      return [1, { wants: 'canary', knows: 'stable' }];
    case 'wants':
      return [2, { wants: after, knows: after }];
    case 'first':
      return [2, { ...withVersion(draft, 'canary', podsOf(after)), stable: null }];
    case 'nothing':
      return [1, { knows: null, stable: null, wants: 'canary' }];
    case 'aborted':
      return [1, { status: { ...draft.status, abort: true, abortedAt: TIME_ZERO } }];
    case 'step':
      return what === 'pause' && isSpan(length)
        ? [4, numbered(after, length, draft)]
        : [3, numbered(after, what, draft)];
    default:
      throw new Error(`no such word in the notation of worlds: ${word}`);
  }
}

const TIME_ZERO = '2026-03-01T12:00:00Z';

function isSpan(word: string): boolean {
  return /^\d+[smh]$/.test(word);
}

function withVersion(draft: Draft, word: string, pods: Pods): Partial<Draft> {
  const olds = draft.versions.filter((v) => v.role.startsWith('old')).length;
  const role: Role = word === 'old' ? `old${olds + 1}` : word;
  const version: Version = { role, pods, annotations: {}, createdAt: null, owned: true };
  const parts = word === 'canary' ? { wants: 'canary', knows: 'canary' } : {};
  return { versions: [...draft.versions, version], ...parts };
}

/** `3`: three that serve. `2/3`: two of three serve. `1/2/3`: one serves, two are there, three are asked for. */
function podsOf(text: string): Pods {
  const numbers = text.split('/').map(Number);
  const [available = 0, second = available, third = second] = numbers;
  if (numbers.some((n) => !Number.isInteger(n))) throw new Error(`these are no pods: ${text}`);
  return { available, exist: numbers.length === 3 ? second : third, wanted: third };
}

function stepsOf(text: string, draft: Draft): Partial<Draft> {
  const words = text.split(' ').filter((word) => word !== '');
  const marked = words.findIndex((word) => word.startsWith('>') || word.startsWith('~'));
  const steps = words.map((word) => stepOf(word.replace(/^[>~]/, '')));
  const step = steps.length === 0 ? null : marked === -1 ? steps.length : marked;
  const begun = words[marked]?.startsWith('>') === true && steps[marked]?.pause !== undefined;
  return { steps, step, ...(begun ? paused(draft) : {}) };
}

function paused(draft: Draft): Partial<Draft> {
  const pauseConditions = [{ reason: 'CanaryPauseStep', startTime: TIME_ZERO }] as const;
  return { status: { ...draft.status, pauseConditions, controllerPause: true } };
}

/** One step: `20`, `pause`, `60s`, `scale50%`, `scale3`, `match`, `check`. */
export function stepOf(word: string): CanaryStep {
  if (word === 'pause') return { pause: {} };
  if (word === 'match') return { setCanaryScale: { matchTrafficWeight: true } };
  if (word === 'check') return { analysis: { templates: [{ templateName: 'check' }] } };
  const [, scale = '', percent] = /^scale(\d+)(%?)$/.exec(word) ?? [];
  if (scale !== '')
    return { setCanaryScale: percent === '%' ? { weight: Number(scale) } : { replicas: Number(scale) } };
  if (/^\d+$/.test(word)) return { setWeight: Number(word) };
  return { pause: { duration: word } };
}

/** `step 1/4 pause 60s`: the second of four steps; all others keep the weight that is in force. */
function numbered(text: string, what: string, draft: Draft): Partial<Draft> {
  const [index = 0, count = 0] = text.split('/').map(Number);
  const weight = typeof draft.weight === 'number' ? draft.weight : 20;
  const current = stepOf(what);
  const steps = Array.from({ length: count }, (_, i) => (i === index ? current : { setWeight: weight }));
  return { steps, step: index, ...(current.pause === undefined ? {} : paused(draft)) };
}

/** What was not said: versions in the order of their making, and `spec.replicas`. */
function settled(draft: Draft, words: readonly string[]): Draft {
  const rank = (v: Version) => (v.role === 'canary' ? 2 : v.role === 'stable' ? 1 : 0);
  const versions = [...draft.versions].sort((a, b) => rank(a) - rank(b));
  const first = words.includes('first') ? { wants: 'canary', knows: 'canary' } : {};
  const wanted = (role: Role) => versions.find((v) => v.role === role)?.pods.wanted;
  const sum = versions.reduce((n, v) => n + v.pods.wanted, 0);
  const replicas = draft.replicas ?? (draft.weight === null ? sum : (wanted('stable') ?? sum));
  return { ...draft, versions, replicas, ...first };
}
