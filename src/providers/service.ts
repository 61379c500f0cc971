import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import { maskOf } from '../core/analysis/mask.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { askedOf, shown } from './http-failure.ts';
import { parseJson } from './json.ts';
import type { Ask } from './provider.ts';
import { failed, refusal } from './trouble.ts';

/** A query to a service, and what to know when speaking of it. Sending it twice does no harm. */
export interface Question
  extends Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'timeoutSeconds'> {
  /** The provider, with which messages begin. */
  readonly who: string;
  /** What must not be repeated, whatever the service says. */
  readonly secrets: readonly string[];
}

/** What a service answered in JSON, and the question that it answers. */
export interface Answered {
  readonly kind: 'answered';
  readonly question: Question;
  readonly value: Json;
}

/** A service's words are cut after this: they may quote all of a long query. */
const maxWordsLength = 300;

/** Asks a service. Only what has a status from 200 to 299 is an answer; others are told with their words. */
export async function askService(question: Question, ask: Ask): Promise<HttpAnswer | ErrorReading> {
  const { who, method, url, headers, body, timeoutSeconds } = question;
  const { deadline } = ask;
  const fixed = { repeatable: true, insecure: false, deadline } as const;
  const answer = await ask.fetch({ ...fixed, method, url, headers, body, timeoutSeconds });
  if (answer.kind === 'failure') return failed(answer, `${who}: `);
  const { status } = answer;
  if (status >= 200 && status <= 299) return answer;
  const what = status === 401 || status === 403 ? 'authentication error' : 'non 2xx';
  const words = withColon(worded(question, wordsIn(answer)));
  return refusal(answer, told(question, `received ${what} response code: ${status}${words}`), ask.now);
}

/** The same of a service that answers in JSON, whose numbers are finite. */
export async function askJson(
  question: Question,
  ask: Ask,
): Promise<{ readonly kind: 'json'; readonly value: Json } | ErrorReading> {
  const answer = await askService(question, ask);
  if (answer.kind === 'error') return answer;
  const parsed = parseJson(answer.body);
  return parsed.kind === 'json' ? parsed : unreadable(question, answer, 'JSON');
}

/** An answer that is not what the service should say: usually a page of something that stands before it. */
export function unreadable(
  question: Question,
  answer: HttpAnswer,
  format: 'JSON' | 'CSV' | 'events',
): ErrorReading {
  const type = answer.headers['content-type'] ?? 'no content type';
  const reason = `the answer cannot be read as ${format} (${type})`;
  return complaint(question, `${reason}; is another service at ${shown(question.url)}?`);
}

/** An answer that holds no value. `words` are the service's own, where it has any. */
export function complaint(question: Question, reason: string, words = ''): ErrorReading {
  const message = told(question, `${reason}${withColon(worded(question, words))}`);
  return { kind: 'error', message, retryable: true };
}

/** An answer with status 200 that is a refusal in the words of GraphQL; null when it is none. */
export function graphqlErrors(question: Question, value: Json): ErrorReading | null {
  const errors = isObject(value) ? value['errors'] : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return null;
  return complaint(question, 'graphql', textOf(errors as Json));
}

function told(question: Question, reason: string): string {
  return `${question.who}: ${askedOf(question)}: ${reason}`;
}

function withColon(words: string): string {
  return words === '' ? '' : `: ${words}`;
}

/** On one line, cut, and without secrets: services like to repeat what they were sent. */
function worded(question: Question, words: string): string {
  const password = URL.parse(question.url)?.password ?? '';
  const line = maskOf([...question.secrets, password])(words)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > maxWordsLength ? `${line.slice(0, maxWordsLength)}…` : line;
}

/** A page of HTML is nobody's words; Graphite calls so what is a plain sentence. Amazon's STS writes XML. */
function wordsIn(answer: HttpAnswer): string {
  const parsed = parseJson(answer.body);
  if (parsed.kind === 'json') return textOf(parsed.value);
  const type = answer.headers['content-type'] ?? '';
  if (/^(?:text|application)\/xml\b/.test(type))
    return /<Message>([^<]*)<\/Message>/.exec(answer.body)?.[1] ?? '';
  const isText = /^text\/(plain|html)\b/.test(type);
  return isText && !answer.body.includes('<') ? answer.body : '';
}

const fields = [
  'errors',
  'constraintViolations',
  'error',
  'message',
  'Message',
  'errorMessage',
  'detail',
  'title',
  'reason',
  'messages',
  'text',
];

/** The places where services put their words: `{"errors": ["..."]}`, `{"error": {"message": "..."}}`. */
function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const texts = (value as readonly Json[]).slice(0, 3).map(textOf);
    return texts.filter((text) => text !== '').join('; ');
  }
  if (!isObject(value)) return '';
  const found = fields.map((field) => textOf((value[field] ?? null) as Json));
  return found.find((text) => text !== '') ?? '';
}
