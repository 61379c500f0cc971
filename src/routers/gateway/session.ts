import { isSameJson } from '../../core/merge-patch.ts';
import type { RouteTarget, Session } from '../../core/routes.ts';
import { type Fields, fieldsOf, listOf, textOf, withField } from '../fields.ts';
import { literal, matchesOf, withHeaders } from './matches.ts';
import { backendsTo, isTo } from './weights.ts';

/** The header that users send cookies in. */
const COOKIE = 'Cookie';
const MODIFIER = 'ResponseHeaderModifier';
/** A day. Every answer of the canary gives the cookie anew, so only a user who stays away is drawn again. */
const ATTRIBUTES = '; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax';
const MOST_LETTERS = 253;

/**
 * The rule with the session's cookie in every answer of the canary; without any cookie of ours where there is
 * no session. Filters that the user gave the backend stay: the API has at most one that changes headers of
 * answers, so the cookie goes into theirs where they have one.
 */
export function withCookie(rule: Fields, session: Session | null, target: RouteTarget): Fields {
  const given = listOf(rule['backendRefs']);
  const backendRefs = given.map((item) => {
    const ref = fieldsOf(item);
    const isCanary = isTo(ref, target.canaryService, target);
    // Services may take turns: what is stable now was the canary a moment ago.
    if (!isCanary && !isTo(ref, target.stableService, target)) return item;
    const bare = withoutCookie(ref);
    return session === null || !isCanary ? bare : added(bare, session);
  });
  return isSameJson(given, backendRefs) ? rule : { ...rule, backendRefs };
}

/**
 * The rules that keep users on the canary: one for each rule that splits traffic, of the same requests with
 * the cookie. They stand behind all others. A rule with one more header wins over its like wherever it
 * stands, and of the user's own rules none loses to it that is as narrow: of equals the first wins.
 * What asks for cookies itself gets no such rule: the API knows no way to ask for two of them.
 */
export function sessionRules(
  splits: readonly Fields[],
  session: Session | null,
  target: RouteTarget,
): readonly Fields[] {
  if (session === null) return [];
  const made = splits.flatMap((split) => {
    const matches = matchesOf(split, 'HTTPRoute')
      .filter((match) => !asksForCookies(match))
      .map((match) => withHeaders(match, cookieMatch(session)));
    if (matches.length === 0) return [];
    const backendRefs = backendsTo(split, target.canaryService, target).map((ref) => ({ ...ref, weight: 1 }));
    // What already goes to the canary need not be copied there.
    const filters = listOf(split['filters']).filter((filter) => !mirrors(filter, target));
    const kept = withField(split, 'filters', filters.length === 0 ? undefined : filters);
    return [{ ...kept, matches, backendRefs }];
  });
  return made.map((rule, i) => ({ ...rule, name: sessionRuleName(i, target) }));
}

/**
 * Whether the rule was made to keep users on the canary. Where the API drops names of rules, one counts that
 * sends just those with the cookie there.
 */
export function isSessionRule(rule: Fields, session: Session | null, target: RouteTarget): boolean {
  const toCanary = backendsTo(rule, target.canaryService, target).length > 0;
  if (!toCanary || backendsTo(rule, target.stableService, target).length > 0) return false;
  const name = textOf(rule['name']);
  if (name !== undefined)
    return /^session-\d+\./.test(name) && name === sessionRuleName(indexIn(name), target);
  const matches = listOf(rule['matches']).map(fieldsOf);
  if (session === null || matches.length === 0) return false;
  const [wanted] = listOf(withHeaders({}, cookieMatch(session))['headers']);
  return matches.every((match) => listOf(match['headers']).some((header) => isSameJson(header, wanted)));
}

/** Why sessions cannot be kept by this rule, in the words of a sentence about it; empty where they can. */
export function sessionObstacles(rule: Fields, target: RouteTarget): readonly string[] {
  const cookies = listOf(rule['matches']).map(fieldsOf).some(asksForCookies);
  const sets = backendsTo(rule, target.canaryService, target)
    .map(withoutCookie)
    .some((ref) => addedHeaders(modifierOf(ref)).some(isSetCookie));
  return [
    ...(cookies ? ['matches the header Cookie itself, and the API can match a header only once'] : []),
    ...(sets
      ? [`adds a Set-Cookie to answers of "${target.canaryService}" itself, and can add only one`]
      : []),
  ];
}

/** Anchored on both sides: `a=1` is neither `ba=1` nor `a=12`. Not every engine does it for us. */
function cookieMatch({ cookie, value }: Session) {
  const regex = `^(.*; ?)?${literal(cookie)}=${literal(value)}(;.*)?$`;
  return [{ headerName: COOKIE, headerValue: { regex } }];
}

function asksForCookies(match: Fields): boolean {
  return listOf(match['headers']).some((header) => isNamed(header, COOKIE));
}

function mirrors(filter: unknown, target: RouteTarget): boolean {
  const { backendRef } = fieldsOf(fieldsOf(filter)['requestMirror']);
  return isTo(fieldsOf(backendRef), target.canaryService, target);
}

/** Unique in a route that several Rollouts share, and a name as the API wants it. */
function sessionRuleName(index: number, { rollout }: RouteTarget): string {
  const name = `session-${index}.${rollout.name}.${rollout.namespace}`;
  return name.slice(0, MOST_LETTERS).replace(/[^a-z0-9]+$/, '');
}

function indexIn(name: string): number {
  return Number.parseInt(name.slice('session-'.length), 10);
}

function added(ref: Fields, session: Session): Fields {
  const { filters: given } = ref;
  const filters = listOf(given).map(fieldsOf);
  const entry = { name: 'Set-Cookie', value: `${session.cookie}=${session.value}${ATTRIBUTES}` };
  const at = filters.findIndex(isModifier);
  if (at === -1) {
    // An empty `set` remembers that the user wrote an empty list of filters.
    const empty = given !== undefined && filters.length === 0 ? { set: [] } : {};
    return { ...ref, filters: [...filters, modifier({ add: [entry], ...empty })] };
  }
  const theirs = modifierOf(ref);
  if (addedHeaders(theirs).some(isSetCookie)) return ref;
  const merged = { responseHeaderModifier: { ...theirs, add: [...addedHeaders(theirs), entry] } };
  return { ...ref, filters: filters.map((filter, i) => (i === at ? { ...filter, ...merged } : filter)) };
}

function withoutCookie(ref: Fields): Fields {
  const present = modifierOf(ref);
  const add = addedHeaders(present).filter((header) => !isOurs(header));
  if (add.length === addedHeaders(present).length) return ref;
  const rest = withField(present, 'add', add.length === 0 ? undefined : add);
  const wasEmpty = listOf(rest['set']).length === 0 && Object.keys(rest).every((key) => key === 'set');
  const at = listOf(ref['filters']).findIndex(isModifier);
  const filters = listOf(ref['filters']).flatMap((item, i) => {
    if (i !== at) return [item];
    return wasEmpty ? [] : [{ ...fieldsOf(item), responseHeaderModifier: rest }];
  });
  const isAbsent = filters.length === 0 && rest['set'] === undefined;
  return withField(ref, 'filters', isAbsent ? undefined : filters);
}

function modifier(responseHeaderModifier: Fields): Fields {
  return { type: MODIFIER, responseHeaderModifier };
}

function modifierOf(ref: Fields): Fields {
  return fieldsOf(fieldsOf(listOf(ref['filters']).find(isModifier))['responseHeaderModifier']);
}

function isModifier(filter: unknown): boolean {
  return fieldsOf(filter)['type'] === MODIFIER;
}

function addedHeaders(present: Fields): readonly unknown[] {
  return listOf(present['add']);
}

function isSetCookie(header: unknown): boolean {
  return isNamed(header, 'Set-Cookie');
}

/** By its shape: the book may be lost, and a cookie of one name may have been followed by another. */
function isOurs(header: unknown): boolean {
  return isSetCookie(header) && (textOf(fieldsOf(header)['value']) ?? '').endsWith(ATTRIBUTES);
}

function isNamed(header: unknown, name: string): boolean {
  return textOf(fieldsOf(header)['name'])?.toLowerCase() === name.toLowerCase();
}
