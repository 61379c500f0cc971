import type * as z from 'zod';
import type { Json } from '../api/meta.ts';
import type { Metadata, Reading } from '../core/analysis/reading.ts';
import type { Ask, MetricProvider } from './provider.ts';

/** A provider with the query of one metric, checked. */
export interface BoundProvider {
  readonly kind: 'provider';
  readonly name: string;
  /** What to say about the metric as a whole. */
  readonly metadata: Metadata;
  start(ask: Ask): Promise<Reading>;
  resume(memo: Json, ask: Ask): Promise<Reading>;
  terminate(memo: Json, ask: Ask): Promise<Reading | null>;
}

/** Why a metric has no provider: all reasons in one sentence. */
export interface NoProvider {
  readonly kind: 'error';
  readonly message: string;
}

/** What a table of providers holds: the query's type is the provider's own business. */
export interface ProviderEntry {
  readonly name: string;
  readonly schema: z.ZodType;
  bind(query: unknown): BoundProvider | NoProvider;
}

/** A line of a table of providers. */
export function entry<Query>(provider: MetricProvider<Query>): ProviderEntry {
  const { name, schema } = provider;
  return { name, schema, bind: (query) => bind(provider, query) };
}

function bind<Query>(provider: MetricProvider<Query>, raw: unknown): BoundProvider | NoProvider {
  const { name, schema } = provider;
  // Fields that we do not know were let in by a newer CRD; they change nothing here.
  const issues = schema.safeParse(raw).error?.issues.filter(({ code }) => code !== 'unrecognized_keys') ?? [];
  if (issues.length > 0) {
    const messages = issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
    return { kind: 'error', message: messages.join('; ') };
  }
  const query = raw as Query;
  return {
    kind: 'provider',
    name,
    metadata: provider.describe?.(query) ?? {},
    start: (ask) => provider.start(query, ask),
    resume: async (memo, ask) => (await provider.resume?.(query, memo, ask)) ?? cannotResume(name),
    terminate: async (memo, ask) => (await provider.terminate?.(query, memo, ask)) ?? null,
  };
}

function cannotResume(name: string): Reading {
  return { kind: 'error', message: `${name}: a measurement cannot be resumed`, retryable: false };
}
