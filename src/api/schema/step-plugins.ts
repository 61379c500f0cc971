import * as z from 'zod';
import { parseDuration } from '../duration.ts';
import type { Issue } from '../meta.ts';
import { at } from '../path.ts';
import {
  type GateApprovals,
  type GateConfig,
  type GateWebhook,
  type JobStepConfig,
  type JobTemplate,
  type OpenHours,
  PERSON,
  type ProveConfig,
  type WebhookHeader,
  type WindowConfig,
} from '../step-plugins.ts';
import { flag, int32, json, jsonObject, listOf, object, oneOf, text } from './build.ts';
import { extraMetadata } from './meta.ts';

/** What reading a configuration comes to: its value, or everything that is wrong with it. */
export type ConfigRead<Config> =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/** Reads the configuration of a plugin, which stands at `path`. Absent counts as empty. */
export function readConfig<Config>(
  schema: z.ZodType<Config>,
  value: unknown,
  path: string,
): ConfigRead<Config> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return { kind: 'config', config: parsed.data };
  return { kind: 'issues', issues: parsed.error.issues.flatMap((issue) => issuesIn(issue, path)) };
}

function issuesIn(issue: z.core.$ZodIssue, base: string): readonly Issue[] {
  const path = at(base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)));
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: at(path, key), message: 'unknown field' }));
}

const SECOND = 1000;
const HOUR = 3_600_000;

function span(least: number, most: number, words: string): z.ZodType<string> {
  return z.string().refine(
    (value) => {
      const milliseconds = parseDuration(value);
      return milliseconds !== null && milliseconds >= least && milliseconds <= most;
    },
    { error: `must be a duration ${words}` },
  );
}

const person = z
  .string()
  .max(40)
  .regex(PERSON, { error: 'must be letters, digits and any of ._@-, at most 40' });

const httpUrl = z
  .string()
  .max(2048)
  .refine((value) => /^https?:\/\/[^\s/?#]/.test(value), { error: 'must be a URL with http or https' });

const webhookHeader = object<WebhookHeader>('WebhookHeader', {
  key: z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'must be the name of a header' }),
  value: z
    .string()
    .regex(/^[^\r\n\0]*$/, { error: 'must be one line' })
    .optional(),
  valueFrom: z
    .strictObject({ secretKeyRef: z.strictObject({ name: z.string().min(1), key: z.string().min(1) }) })
    .optional(),
}).refine(({ value, valueFrom }) => (value === undefined) !== (valueFrom === undefined), {
  error: 'set exactly one of value and valueFrom',
});

const gateWebhook = object<GateWebhook>('GateWebhook', {
  url: httpUrl,
  method: oneOf('GET', 'POST', 'PUT').optional(),
  headers: listOf(webhookHeader).optional(),
  jsonBody: json.optional(),
  interval: span(SECOND, HOUR, 'from 1s to 1h').optional(),
  timeout: span(SECOND, 60 * SECOND, 'from 1s to 60s').optional(),
  insecure: flag.optional(),
  successCondition: z.string().min(1),
  failureCondition: text.optional(),
}).refine(({ method, jsonBody }) => jsonBody === undefined || (method ?? 'GET') !== 'GET', {
  error: 'jsonBody needs method POST or PUT',
  path: ['jsonBody'],
});

/** Schema of `GateConfig`. The syntax of conditions is checked by the plugin. */
export const gateConfig = object<GateConfig>('GateConfig', {
  name: z
    .string()
    .max(20)
    .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, {
      error: 'must be small letters, digits and hyphens, at most 20',
    })
    .optional(),
  approvals: object<GateApprovals>('GateApprovals', {
    required: int32({ min: 1, max: 50 }).optional(),
    from: z.array(person).min(1).max(100).optional(),
  }).optional(),
  annotation: z.string().min(1).max(317).optional(),
  webhook: gateWebhook.optional(),
  require: oneOf('all', 'any').optional(),
  timeout: span(SECOND, 24 * 366 * HOUR, 'from 1s to a year').optional(),
  onTimeout: oneOf('abort', 'proceed', 'pause').optional(),
})
  .refine(({ onTimeout, timeout }) => onTimeout === undefined || timeout !== undefined, {
    error: 'needs timeout',
    path: ['onTimeout'],
  })
  .refine(({ approvals }) => (approvals?.from?.length ?? 50) >= (approvals?.required ?? 1), {
    error: 'asks for more approvals than there are people who may give one',
    path: ['approvals', 'required'],
  });

/** Schema of `JobStepConfig`. */
export const jobStepConfig = object<JobStepConfig>('JobStepConfig', {
  template: object<JobTemplate>('JobTemplate', {
    metadata: extraMetadata.optional(),
    spec: jsonObject.refine((spec) => isPlain(spec['template']), { error: 'has no template of pods' }),
  }).optional(),
  from: z.strictObject({ cronJob: z.string().min(1) }).optional(),
  pointOfNoReturn: flag.optional(),
  ttl: span(60 * SECOND, 24 * 366 * HOUR, 'from 1m to a year').optional(),
}).refine(({ template, from }) => (template === undefined) !== (from === undefined), {
  error: 'set exactly one of template and from',
});

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const day = z.string().regex(new RegExp(`^(?:${DAYS})(?:-(?:${DAYS}))?$`), {
  error: 'must be a day such as Mon, or days such as Mon-Fri',
});

const wallTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'must be a time of day such as 09:00' });

const date = z.string().superRefine((value, context) => {
  const message = dateIssue(value);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

function dateIssue(value: string): string | null {
  const [, first = '', last = first] = /^(\d{4}-\d\d-\d\d)(?:\/(\d{4}-\d\d-\d\d))?$/.exec(value) ?? [];
  if (first === '') return 'must be a date such as 2026-12-24, or two with a slash between them';
  if (!isDate(first) || !isDate(last)) return 'there is no such date';
  return last < first ? 'the last day is before the first' : null;
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Schema of `ProveConfig`. */
export const proveConfig = object<ProveConfig>('ProveConfig', {
  max: span(SECOND, 24 * 366 * HOUR, 'from 1s to a year').optional(),
  otherwise: oneOf('continue', 'abort', 'pause').optional(),
});

/** Schema of `WindowConfig`. */
export const windowConfig = object<WindowConfig>('WindowConfig', {
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'must be the name of a time zone such as Europe/Berlin' })
    .optional(),
  open: z
    .array(
      object<OpenHours>('OpenHours', {
        days: z.array(day).min(1).max(7).optional(),
        from: wallTime.refine((value) => value !== '24:00', { error: 'must be before 24:00' }).optional(),
        to: wallTime.optional(),
      }),
    )
    .min(1)
    .max(50),
  closed: z.array(date).max(400).optional(),
});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
