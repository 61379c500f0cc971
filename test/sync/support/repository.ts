import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import git from 'isomorphic-git';

/** A Git repository in a folder of its own, made without the program git. */
export interface Repository {
  readonly path: string;
  /** Writes files (null: removes them), commits, and returns the hash. */
  readonly commit: (message: string, files: Readonly<Record<string, string | null>>) => Promise<string>;
  /** Goes to a branch, which is made where it is not there. */
  branch(name: string): Promise<void>;
  /** Merges a branch into the present one. */
  merge(name: string): Promise<string>;
  remove(): void;
}

/** Who commits in tests. */
export const AUTHOR = { name: 'Ada Example', email: 'ada@example.com' } as const;

/** Makes an empty repository with the branch `main`. */
export async function newRepository(): Promise<Repository> {
  const dir = fs.mkdtempSync(join(tmpdir(), 'sluice-repository-'));
  await git.init({ fs, dir, defaultBranch: 'main' });
  // Commits of one second are told apart by their order alone, as by git.
  let seconds = 1_760_000_000;
  const author = () => ({ ...AUTHOR, timestamp: seconds++, timezoneOffset: 0 });
  return {
    path: dir,
    commit: async (message, files) => {
      for (const [path, text] of Object.entries(files)) {
        const file = join(dir, path);
        if (text === null) {
          fs.rmSync(file);
          await git.remove({ fs, dir, filepath: path });
          continue;
        }
        fs.mkdirSync(dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
        await git.add({ fs, dir, filepath: path });
      }
      return git.commit({ fs, dir, message, author: author() });
    },
    branch: async (name) => {
      const known = await git.listBranches({ fs, dir });
      if (!known.includes(name)) await git.branch({ fs, dir, ref: name });
      await git.checkout({ fs, dir, ref: name });
    },
    merge: async (name) => {
      const { oid } = await git.merge({ fs, dir, theirs: name, fastForward: false, author: author() });
      if (oid === undefined) throw new Error(`${name} was not merged`);
      await git.checkout({ fs, dir });
      return oid;
    },
    remove: () => fs.rmSync(dir, { recursive: true, force: true }),
  };
}
