import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunOptions, run, surroundings } from '../programs.ts';
import { firstLine, type Source, Unreadable } from '../source.ts';
import { GitReader } from './reader.ts';

/** Which branch and folder of which repository elsewhere. */
export interface RemoteSpot {
  /** https, ssh, or `user@host:path`. */
  readonly url: string;
  readonly branch: string;
  readonly folder: string;
  /** A folder for the copy; one that no other branch and no other URL uses. */
  readonly copy: string;
  /** The surroundings, of which git gets what it needs. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Further back nobody looks for the commit that changed a manifest. */
const DEPTH = 200;
/** A fetch may be the first one, of everything. */
const PATIENCE = { lookMs: 30_000, fetchMs: 300_000 } as const;
const COPY = 'refs/sluice/head';
/** None of these comes from a file: neither the user's nor the repository's. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'credential.helper=',
  'gc.autoDetach=false',
  'protocol.version=2',
].flatMap((setting) => ['-c', setting]);

/**
 * A repository elsewhere, of which the program `git` keeps a shallow copy. It asks nothing and knows no
 * settings of the user. Whether the branch has moved is asked before anything is fetched.
 */
export function openRemote({ url, branch, folder, copy, env }: RemoteSpot): Source {
  const reader = new GitReader(copy);
  const ref = `refs/heads/${branch}`;
  const git = async (args: readonly string[], options: Pick<RunOptions, 'signal' | 'timeoutMs'>) => {
    const ran = await run('git', [...SETTINGS, ...args], { ...options, env: surroundings(env, copy) });
    if (ran.kind === 'done') return ran.out;
    if (ran.kind === 'missing')
      throw new Unreadable('git is not installed: it is needed for URLs, but not for paths of this machine');
    throw new Unreadable(`${url}: ${firstLine(ran.words.split(/\s*\n\s*/).join('; '))}`);
  };
  const head = async (signal: AbortSignal): Promise<string> => {
    const listed = await git(['ls-remote', '--', url, ref], { signal, timeoutMs: PATIENCE.lookMs });
    const hash = /^([0-9a-f]{40})\t(.*)$/m.exec(listed);
    if (hash === null || hash[2] !== ref) throw new Unreadable(`${url} has no branch ${branch}`);
    if (!existsSync(join(copy, 'HEAD'))) {
      mkdirSync(copy, { recursive: true, mode: 0o700 });
      await git(['init', '--quiet', '--bare', '--template=', '--', copy], {
        signal,
        timeoutMs: PATIENCE.lookMs,
      });
    }
    if ((await reader.resolve(COPY)) === hash[1]) return hash[1];
    const from = ['--quiet', '--no-tags', '--force', `--depth=${DEPTH}`, '--', url, `+${ref}:${COPY}`];
    await git([`--git-dir=${copy}`, 'fetch', ...from], { signal, timeoutMs: PATIENCE.fetchMs });
    return (await reader.resolve(COPY)) ?? hash[1] ?? '';
  };
  return {
    name: `${url}@${branch}:/${folder}`,
    folder,
    head,
    commit: (hash) => reader.commit(hash),
    files: (hash, below) => reader.files(hash, below),
    treeId: (hash, below) => reader.treeId(hash, below),
    read: (blob) => reader.read(blob),
    watch: () => () => {},
  };
}
