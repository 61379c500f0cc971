import { ANNOTATION_PREFIX } from '../../api/keys.ts';
import type { StringMap } from '../../api/meta.ts';

/** What somebody says to a gate. */
export interface Vote {
  readonly who: string;
  readonly says: 'approve' | 'reject';
  /** What stands after it, in the person's own words. */
  readonly comment: string;
}

/**
 * The annotation by which a person approves or rejects. Everybody has a key of his own, so two people at the
 * same time never overwrite one another. The token stands for one waiting of one gate in one release: what
 * was said to another counts for nothing.
 */
export function voteAnnotation(
  vote: Vote,
  gate: string,
  token: string,
): readonly [key: string, value: string] {
  const { who, says, comment } = vote;
  const key = `${ANNOTATION_PREFIX.gate}${gate}.${who.replaceAll('@', '_at_')}`;
  return [key, [`${says}:${token}`, comment].filter((part) => part !== '').join(' ')];
}

/**
 * Votes for this waiting of this gate, by name. Of people who are not in `from` none counts; null: of all.
 */
export function votesIn(
  annotations: StringMap,
  { gate, token }: { readonly gate: string; readonly token: string },
  from: readonly string[] | null,
): readonly Vote[] {
  const prefix = `${ANNOTATION_PREFIX.gate}${gate}.`;
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(prefix) && key.length > prefix.length)
    .flatMap(([key, value]): readonly Vote[] => {
      const who = key.slice(prefix.length).replaceAll('_at_', '@');
      const [, says, said, comment = ''] = /^(approve|reject):(\S+)(?:\s+(.*))?$/s.exec(value.trim()) ?? [];
      if (said !== token || (says !== 'approve' && says !== 'reject')) return [];
      return from === null || from.includes(who) ? [{ who, says, comment: comment.slice(0, 200) }] : [];
    })
    .sort((a, b) => (a.who < b.who ? -1 : 1));
}
