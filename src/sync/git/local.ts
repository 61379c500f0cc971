import { existsSync, type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Source, Unreadable } from '../source.ts';
import { GitReader } from './reader.ts';

/** Which branch and folder of which repository. */
export interface Spot {
  /** A folder of this machine: a working copy, or a bare repository. */
  readonly path: string;
  readonly branch: string;
  readonly folder: string;
}

/**
 * A repository on this machine, read without the program `git`. What counts are its commits, never the files
 * of the working copy. Throws Unreadable where there is none.
 */
export function openLocal({ path, branch, folder }: Spot): Source {
  const gitdir = gitdirOf(path);
  refuseNewFormats(gitdir);
  const reader = new GitReader(gitdir);
  const ref = `refs/heads/${branch}`;
  return {
    name: `${path}@${branch}:/${folder}`,
    folder,
    head: async () => {
      const hash = await reader.resolve(ref);
      if (hash === null) throw new Unreadable(`${path} has no branch ${branch}`);
      return hash;
    },
    commit: (hash) => reader.commit(hash),
    files: (hash, below) => reader.files(hash, below),
    treeId: (hash, below) => reader.treeId(hash, below),
    read: (blob) => reader.read(blob),
    watch: (onChange) => watchRef(gitdir, ref, onChange),
  };
}

/** The folder with the objects: `.git`, the repository itself where it is bare, or where a worktree says. */
function gitdirOf(path: string): string {
  const inside = join(path, '.git');
  const found = statSync(inside, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return inside;
  if (found?.isFile() === true) return linkedFrom(inside, path);
  if (existsSync(join(path, 'HEAD')) && existsSync(join(path, 'objects'))) return path;
  throw new Unreadable(`${path} is no Git repository`);
}

function linkedFrom(file: string, path: string): string {
  const target = /^gitdir: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (target === undefined) throw new Unreadable(`${file} does not say where the repository is`);
  const gitdir = resolve(path, target.trim());
  const shared = join(gitdir, 'commondir');
  return existsSync(shared) ? resolve(gitdir, readFileSync(shared, 'utf8').trim()) : gitdir;
}

function refuseNewFormats(gitdir: string): void {
  const file = join(gitdir, 'config');
  const config = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (/^\s*objectformat\s*=\s*sha256\s*$/im.test(config))
    throw new Unreadable(`${gitdir} has SHA-256 hashes, which cannot be read yet`);
  if (/^\s*refstorage\s*=\s*reftable\s*$/im.test(config))
    throw new Unreadable(
      `${gitdir} keeps its branches as reftable: git refs migrate --ref-format=files makes them readable`,
    );
}

/**
 * A branch is a file of its own, written by renaming, or a line of `packed-refs`. Both folders are watched;
 * where that cannot be, the caller's interval has to do.
 */
function watchRef(gitdir: string, ref: string, onChange: () => void): () => void {
  const watchers: FSWatcher[] = [];
  for (const folder of [gitdir, dirname(join(gitdir, ref))]) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, file) => {
        if (folder !== gitdir || file === null || file.startsWith('packed-refs')) onChange();
      });
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // No such folder: all branches are packed.
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
