import * as z from 'zod';
import { parseDuration } from '../duration.ts';
import type { MetricSecretRef } from '../metric-plugins.ts';
import type { HttpHeader } from '../providers.ts';
import { flag, listOf, object, text } from './build.ts';

/** A text that says something. */
export const filled = z.string().min(1, { error: 'must not be empty' });

/** The address of a service. */
export const address = z
  .string()
  .max(2048)
  .refine((value) => /^https?:\/\/[^\s/?#]/.test(value), { error: 'must be a URL with http or https' });

/** Schema of `MetricSecretRef`. */
export const secretRef = object<MetricSecretRef>('MetricSecretRef', {
  name: filled,
  namespaced: flag.optional(),
});

/** Milliseconds. */
export const MINUTE = 60_000;

/** A duration over 0, and of at most so many milliseconds, in words for people. */
export function span(most: number, words: string): z.ZodType<string> {
  return z.string().refine(
    (value) => {
      const milliseconds = parseDuration(value);
      return milliseconds !== null && milliseconds > 0 && milliseconds <= most;
    },
    { error: `must be a duration of at most ${words}` },
  );
}

/** How long to wait for an answer. */
export const timeout = span(5 * MINUTE, '5m');

/** Headers to send. */
export const headers = listOf(
  object<HttpHeader>('HttpHeader', {
    key: z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'must be the name of a header' }),
    value: text,
  }),
);
