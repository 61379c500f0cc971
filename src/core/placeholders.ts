/** A template whose placeholders are filled, or everything that was wrong with it, each thing once. */
export type Filled<Template> =
  | { readonly kind: 'filled'; readonly value: Template }
  | { readonly kind: 'error'; readonly problems: readonly string[] };

/** An argument whose value is known, or is not there. `secret` marks a value that no message may show. */
export interface KnownArgument {
  readonly name: string;
  readonly value: string | null;
  readonly secret: boolean;
}

const OPEN = '{{';
const CLOSE = '}}';
const MAX_DEPTH = 500;
const MASK = '*****';

/**
 * Puts values in the place of `{{name}}`, with or without blanks inside the braces, in every string and every
 * key of a JSON value, at any depth. A value goes in as it is: it is never looked into for placeholders, and
 * since strings are filled and not their JSON text, no value can break out of its string. Anything but
 * strings stays as it is.
 */
export function fillPlaceholders<Template>(
  template: Template,
  values: ReadonlyMap<string, string>,
): Filled<Template> {
  const problems = new Set<string>();
  const value = fill(template, { values, problems }, 0) as Template;
  return problems.size === 0 ? { kind: 'filled', value } : { kind: 'error', problems: [...problems] };
}

/** Fills `{{args.x}}` from arguments. One that has no value is a problem even if nothing asks for it. */
export function fillArguments<Template>(
  template: Template,
  args: readonly KnownArgument[],
): Filled<Template> {
  const missing = args.filter((arg) => arg.value === null);
  if (missing.length > 0) {
    return { kind: 'error', problems: missing.map((arg) => `argument "${arg.name}" was not supplied`) };
  }
  return fillPlaceholders(template, new Map(args.map((arg) => [`args.${arg.name}`, arg.value ?? ''])));
}

/** The values that no message may show. */
export function secretsOf(args: readonly KnownArgument[]): readonly string[] {
  return args.flatMap((arg) => (arg.secret && arg.value !== null ? [arg.value] : []));
}

/**
 * Puts `*****` in the place of every secret in a text, also where the secret is written as in JSON or as in a
 * URL, or without the blanks around it.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const spellings = new Set(
    secrets.flatMap((secret) => spellingsOf(secret)).filter((one) => one.trim() !== ''),
  );
  // The longest first: a secret may be part of another one.
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length);
  const pattern = longestFirst.map((one) => one.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
  return pattern === '' ? text : text.replace(new RegExp(pattern, 'g'), MASK);
}

interface Filling {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: Set<string>;
}

function fill(template: unknown, filling: Filling, depth: number): unknown {
  if (typeof template === 'string') return fillText(template, filling);
  if (typeof template !== 'object' || template === null) return template;
  if (depth > MAX_DEPTH) {
    filling.problems.add(`nested deeper than ${MAX_DEPTH} levels`);
    return null;
  }
  if (Array.isArray(template)) return template.map((item: unknown) => fill(item, filling, depth + 1));
  const entries = Object.entries(template).map(([key, value]) => {
    return [fillText(key, filling), fill(value, filling, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

function fillText(text: string, { values, problems }: Filling): string {
  const parts: string[] = [];
  let at = 0;
  for (let open = text.indexOf(OPEN); open !== -1; open = text.indexOf(OPEN, at)) {
    const close = text.indexOf(CLOSE, open + OPEN.length);
    if (close === -1) {
      const start = JSON.stringify(text.slice(open + OPEN.length));
      problems.add(`Cannot find end tag="}}" in the template=${JSON.stringify(text)} starting from ${start}`);
      break;
    }
    const name = text.slice(open + OPEN.length, close);
    const value = values.get(name.trim());
    if (value === undefined) problems.add(`failed to resolve {{${name}}}`);
    parts.push(text.slice(at, open), value ?? '');
    at = close + CLOSE.length;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(at);
}

function spellingsOf(secret: string): readonly string[] {
  const plain = [secret, secret.trim()];
  const quoted = plain.map((one) => JSON.stringify(one).slice(1, -1));
  // Half of a surrogate pair cannot be written in a URL.
  const encoded = plain.map((one) => encodeURIComponent(one.replace(/\p{Surrogate}/gu, '\ufffd')));
  return [...plain, ...quoted, ...encoded];
}
