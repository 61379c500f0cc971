import { ANNOTATION } from './keys.ts';
import type { Issue, ObjectMeta } from './meta.ts';
import { at } from './path.ts';

/** What the annotation of sticky sessions asks for. */
export type StickySessions =
  | { readonly kind: 'none' }
  /** The cookie's name. */
  | { readonly kind: 'cookie'; readonly cookie: string }
  | { readonly kind: 'issue'; readonly issue: Issue };

/** Where the annotation stands in a Rollout. */
export const SESSIONS_PATH = at('metadata.annotations', ANNOTATION.stickySessions);

const WORD = 'cookie';
const MOST_LETTERS = 64;
/**
 * Names that need no quoting anywhere. They begin with a letter: what begins with `__` browsers take over
 * HTTPS only.
 */
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

/**
 * Reads the annotation. `cookie` names the cookie after the Rollout, so that two of them behind one host name
 * do not take each other's; `cookie=NAME` gives it a name of up to 64 letters.
 */
export function stickySessions({ name, annotations }: ObjectMeta): StickySessions {
  const value = annotations?.[ANNOTATION.stickySessions];
  if (value === undefined) return { kind: 'none' };
  const [word, given, ...rest] = value.split('=');
  const cookie = given ?? `sluice-${name}`.slice(0, MOST_LETTERS);
  if (word === WORD && rest.length === 0 && NAME.test(cookie)) return { kind: 'cookie', cookie };
  const message =
    'must be `cookie`, or `cookie=NAME` with a name of letters, digits and `._-` that begins with a letter';
  return { kind: 'issue', issue: { path: SESSIONS_PATH, message } };
}

/** What is wrong with the annotation by itself. */
export function stickySessionsIssues(metadata: ObjectMeta): readonly Issue[] {
  const asked = stickySessions(metadata);
  return asked.kind === 'issue' ? [asked.issue] : [];
}
