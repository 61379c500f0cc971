import type { ApiServer } from '../../../src/sim/api-server/server.ts';
import type { VirtualClock } from '../../../src/sim/clock.ts';

/** One request of a recording, and what the real server answered. */
export interface Step {
  /** `POST /path`; or `wait 500` for milliseconds. */
  readonly ask: string;
  /** `merge`, `json`, `strategic`, `apply`, or a content type. */
  readonly type?: string;
  readonly accept?: string;
  /** As it was sent. */
  readonly body?: string;
  readonly status: number;
  readonly warning?: string;
  /** Tidied; absent where the wording is the real server's own affair. */
  readonly answer?: unknown;
}

const patches: Readonly<Record<string, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Headers of a step. */
export function headersOf({ type, accept, body }: Omit<Step, 'status' | 'ask'>): Record<string, string> {
  const headers: Record<string, string> = { accept: accept ?? 'application/json' };
  if (body !== undefined) headers['content-type'] = patches[type ?? ''] ?? type ?? 'application/json';
  return headers;
}

/** Asks the simulated server and lets a little time pass, as on a wire. Watches are read to their end. */
export async function asked(
  api: ApiServer,
  clock: VirtualClock,
  step: Omit<Step, 'status'>,
): Promise<Pick<Step, 'status' | 'warning' | 'answer'>> {
  const [method = '', path = ''] = step.ask.split(' ');
  if (method === 'wait') {
    await clock.run(clock.elapsed() + Number(path));
    return { status: 0 };
  }
  const { status, headers, body } = api.handle({
    method,
    path,
    headers: headersOf(step),
    body: step.body ?? null,
  });
  const { warning } = headers;
  let text = typeof body === 'string' ? body : '';
  if (typeof body !== 'string') {
    let isOver = false;
    body.onLine((line) => {
      text += line;
    });
    body.onEnd(() => {
      isOver = true;
    });
    await clock.run(clock.elapsed() + 5000, () => isOver);
    body.cancel();
  }
  await clock.run(clock.elapsed() + 100);
  return { status, ...(warning === undefined ? {} : { warning }), answer: tidied(text) };
}

/** An answer without what is another one every time: ids, versions, moments, addresses. */
export function tidied(text: string): unknown {
  const lines = text.trim().split('\n');
  if (text.startsWith('{"type":')) return lines.map((line) => tidiedValue(JSON.parse(line)));
  try {
    return tidiedValue(JSON.parse(text));
  } catch {
    return tidiedText(text);
  }
}

function tidiedValue(value: unknown): unknown {
  if (typeof value === 'string') return tidiedText(value);
  if (Array.isArray(value)) return value.map(tidiedValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (ignored.has(key)) return [];
    if (key === 'resourceVersion') return [[key, 'VERSION']];
    return [[key, tidiedValue(inner)]];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Volumes with tokens of service accounts, which the simulator does not make; help texts; hashes of storage. */
const ignored = new Set(['volumes', 'volumeMounts', 'description', 'storageVersionHash', 'continue']);

function tidiedText(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replace(/\b10\.96\.\d+\.\d+\b/g, 'ADDRESS')
    .replace(/\b(gen-)[a-z0-9]{5}\b/g, '$1XXXXX')
    .replace(/in record \(\d+\)/g, 'in record (VERSION)')
    .replace(/current: \d+/g, 'current: VERSION')
    .replace(/^\d+(s|m\d*s?)$/, 'AGE');
}
