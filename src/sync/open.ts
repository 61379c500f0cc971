import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { addressOf, branchOf, folderOf } from './git/address.ts';
import { openLocal } from './git/local.ts';
import { openRemote } from './git/remote.ts';
import type { Source } from './source.ts';

/** What a user says of a source. */
export interface Wish {
  /** Path or URL. */
  readonly repository: string;
  readonly branch: string;
  readonly folder: string;
}

/** A source, and whether it is on this machine: then it can be looked at often. */
export interface Opened {
  readonly source: Source;
  readonly isLocal: boolean;
}

/** Opens what a user names. Throws Unreadable where it cannot be what is meant. */
export function openSource(wish: Wish, env: Readonly<Record<string, string | undefined>>): Opened {
  const spot = { branch: branchOf(wish.branch), folder: folderOf(wish.folder) };
  const address = addressOf(wish.repository);
  if (address.kind === 'local') return { source: openLocal({ ...spot, path: address.path }), isLocal: true };
  const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const copy = join(cache, 'kubectl-sluice', 'git', digest(`${address.url} ${spot.branch}`));
  return { source: openRemote({ ...spot, url: address.url, copy, env }), isLocal: false };
}

/**
 * The mark of all objects that come from one source into one namespace: a readable part and a digest. Fits
 * into a label. Another branch, folder or namespace is another mark, so that none prunes what is not its own.
 */
export function syncIdOf(source: Source, namespace: string): string {
  const repository = source.name.slice(0, source.name.lastIndexOf('@'));
  const name = basename(repository).replace(/\.git$/, '');
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable === '' ? 'repository' : readable}-${digest(`${source.name} ${namespace}`).slice(0, 10)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
