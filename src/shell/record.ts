import type { JsonObject, Manifest } from '../api/meta.ts';
import { mergePatch } from '../core/merge-patch.ts';
import { type ApplyIo, apply } from './apply.ts';

/**
 * Stores the status of an object whose kind has no status subresource, if it differs, on the very version
 * that it was computed from. Throws a Failure.
 */
export async function record(
  io: ApplyIo,
  { apiVersion, kind, metadata, status: before = {} }: Manifest & { readonly status?: object },
  status: object,
  signal: AbortSignal,
): Promise<void> {
  // A status is JSON by construction; its type only says so in more words.
  const patch = mergePatch(before as JsonObject, status as JsonObject);
  if (patch === null) return;
  const { name, namespace = '', resourceVersion = null } = metadata;
  const about = { apiVersion, kind, namespace, name, notes: [] };
  await apply(
    io,
    { ...about, phase: 'record', verb: 'patch', patch: { status: patch }, resourceVersion },
    signal,
  );
}
