import type { ManifestReader } from './manifests/reader.ts';
import type { Commit, Source } from './source.ts';

/** An object of a commit, by the key under which files declare it. */
export interface Version {
  readonly writtenKey: string;
  readonly hash: string;
}

/** Commits that are looked at, at most, before the oldest of them is taken. */
const MOST_COMMITS = 1_000;

/**
 * For each object the last commit that changed what its manifest says. As `git log` does, it follows the
 * parent in which the object is the same; comments and moves to other files are no change.
 */
export async function lastChanges(
  source: Source,
  reader: Pick<ManifestReader, 'digests'>,
  head: string,
  versions: readonly Version[],
): Promise<ReadonlyMap<string, Commit>> {
  const found = new Map<string, Commit>();
  const open = new Map<string, readonly Version[]>(versions.length === 0 ? [] : [[head, versions]]);
  for (let left = MOST_COMMITS; open.size > 0; left--) {
    const [[hash, here]] = [...open] as [[string, readonly Version[]]];
    open.delete(hash);
    const commit = await source.commit(hash);
    const parents = left > 0 ? commit.parents : [];
    const sameIn = await Promise.all(parents.map((parent) => sameAs(source, reader, hash, parent)));
    for (const version of here) {
      const parent = parents.find((_, i) => sameIn[i]?.(version) === true);
      if (parent === undefined) found.set(version.writtenKey, commit);
      else open.set(parent, [...(open.get(parent) ?? []), version]);
    }
  }
  return found;
}

/** Tells whether an object is the same in a parent. Files are only read where the folder is another. */
async function sameAs(
  source: Source,
  reader: Pick<ManifestReader, 'digests'>,
  hash: string,
  parent: string,
): Promise<(version: Version) => boolean> {
  const [here, there] = await Promise.all([
    source.treeId(hash, source.folder),
    source.treeId(parent, source.folder),
  ]);
  if (here === there) return () => true;
  if (there === null) return () => false;
  const digests = await reader.digests(parent);
  return ({ writtenKey, hash: digest }) => digests.get(writtenKey) === digest;
}
