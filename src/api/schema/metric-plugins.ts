import * as z from 'zod';
import { parseDuration } from '../duration.ts';
import type { LokiConfig, MetricSecretRef } from '../metric-plugins.ts';
import type { HttpHeader } from '../providers.ts';
import { flag, listOf, object, text } from './build.ts';
import { compareConfig } from './compare.ts';

const filled = z.string().min(1, { error: 'must not be empty' });

const address = z
  .string()
  .max(2048)
  .refine((value) => /^https?:\/\/[^\s/?#]/.test(value), { error: 'must be a URL with http or https' });

const secretRef = object<MetricSecretRef>('MetricSecretRef', {
  name: filled,
  namespaced: flag.optional(),
});

const LONGEST_MS = 5 * 60_000;

const timeout = z.string().refine(
  (value) => {
    const milliseconds = parseDuration(value);
    return milliseconds !== null && milliseconds > 0 && milliseconds <= LONGEST_MS;
  },
  { error: 'must be a duration of at most 5m' },
);

const headers = listOf(
  object<HttpHeader>('HttpHeader', {
    key: z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'must be the name of a header' }),
    value: text,
  }),
);

/** Schema of `LokiConfig`. */
export const lokiConfig = object<LokiConfig>('LokiConfig', {
  address: address.optional(),
  query: filled,
  tenant: filled.optional(),
  headers: headers.optional(),
  secretRef: secretRef.optional(),
  timeout: timeout.optional(),
});

/** Schemas of the metric provider plugins that are built in, by name. Others are not loaded. */
export const metricPlugins = {
  'sluice/compare': compareConfig,
  'sluice/loki': lokiConfig,
} as const satisfies Readonly<Record<string, z.ZodType>>;
