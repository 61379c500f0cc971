import type { Exchange } from './exchange.ts';
import { normalised } from './normal.ts';
import { openSession, type Session } from './session.ts';
import type { Subject } from './subject.ts';

/** A short script of requests. What it asks must not depend on which of the two answers. */
export interface Case {
  readonly name: string;
  /** Pods can be created: the namespace has its ServiceAccount. */
  readonly hasPods: boolean;
  readonly run: (session: Session) => Promise<void>;
}

/** A case. */
export function row(name: string, run: Case['run']): Case {
  return { name, run, hasPods: false };
}

/** A case in whose namespace pods can be created. */
export function podRow(name: string, run: Case['run']): Case {
  return { name, run, hasPods: true };
}

/** Cases about one thing, and the name of their vector file. */
export interface Topic {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** What was asked and answered in a case, made comparable. */
export interface Played {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
}

/** How cases are played. */
export interface Playing {
  /** So many at a time: one in virtual time. */
  readonly atATime: number;
  /** Becomes part of the names of namespaces; differs where a subject is asked more than once. */
  readonly run: string;
}

/** Plays the cases of topics; returns what was answered, by topic, in the order of its cases. */
export async function playAll(
  subject: Subject,
  topics: readonly Topic[],
  { atATime, run }: Playing,
): Promise<ReadonlyMap<string, readonly Played[]>> {
  const played = new Map<Case, Played>();
  const left = topics.flatMap((topic) =>
    topic.cases.map((one, i) => ({ one, namespace: `${topic.name}-${run}-${i + 1}-x` })),
  );
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      played.set(next.one, await play(subject, next.one, next.namespace));
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return new Map(topics.map(({ name, cases }) => [name, cases.flatMap((one) => played.get(one) ?? [])]));
}

async function play(subject: Subject, { name, hasPods, run }: Case, namespace: string): Promise<Played> {
  const trace: Exchange[] = [];
  const begun = subject.now();
  const session = openSession(subject, namespace, trace);
  await session.aside.post('namespaces', { metadata: { name: namespace } });
  if (hasPods) await session.aside.until('serviceaccounts/default', (_, code) => code === 200);
  await run(session);
  return { name, exchanges: normalised(trace, { begun, namespace }) };
}
