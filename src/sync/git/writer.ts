import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import git from 'isomorphic-git';

/** Who commits. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** The content of files by their path from the root, with slashes. */
export type Files = Readonly<Record<string, string>>;

/** A repository with a working copy that is written to as a person does it, without the program `git`. */
export interface Workshop {
  readonly path: string;
  /** Writes these files, and commits them on the branch. Returns the hash of the commit. */
  commit(files: Files, message: string): Promise<string>;
}

/** Makes an empty repository in a folder that is there, readable by `git` as any other. */
export async function makeRepository(
  path: string,
  options: { readonly branch: string; readonly author: Author },
): Promise<Workshop> {
  const { branch, author } = options;
  await git.init({ fs, dir: path, defaultBranch: branch });
  return {
    path,
    commit: async (files, message) => {
      for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(dirname(join(path, name)), { recursive: true });
        fs.writeFileSync(join(path, name), text);
      }
      await git.add({ fs, dir: path, filepath: Object.keys(files) });
      return git.commit({ fs, dir: path, message, author });
    },
  };
}
