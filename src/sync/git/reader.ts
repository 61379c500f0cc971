import * as fs from 'node:fs';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { type Commit, firstLine, type TreeFile, Unreadable } from '../source.ts';

/** More files than this in a folder are not manifests. */
const MOST_FILES = 20_000;
/** The library reads a whole pack to get one object out of it. */
const MOST_PACK_BYTES = 1024 * 1024 * 1024;

/** Reads commits, folders and files of a repository on this machine, working copies aside. */
export class GitReader {
  readonly #gitdir: string;
  /** Packs and their indexes as the library keeps them, for as long as the branch stays where it is. */
  #cache: object = {};
  #head = '';

  /** `gitdir` is the folder with `objects` and `refs` in it. */
  constructor(gitdir: string) {
    this.#gitdir = gitdir;
  }

  /** Hash of what a full name such as `refs/heads/main` stands for; null where there is none of that name. */
  async resolve(ref: string): Promise<string | null> {
    const hash = await this.#orNull(git.resolveRef({ fs, gitdir: this.#gitdir, ref }));
    if (hash !== null && hash !== this.#head) {
      this.#head = hash;
      this.#cache = {};
      this.#refuseHugePacks();
    }
    return hash;
  }

  async has(hash: string): Promise<boolean> {
    return (await this.#orNull(git.readCommit({ ...this.#at(hash) }))) !== null;
  }

  async commit(hash: string): Promise<Commit> {
    const { commit, oid } = await this.#read(git.readCommit(this.#at(hash)), `commit ${hash}`);
    const { name, email } = commit.author;
    return {
      hash: oid,
      parents: await this.#known(commit.parent),
      author: firstLine(`${name} <${email}>`),
      message: firstLine(commit.message),
    };
  }

  async treeId(hash: string, folder: string): Promise<string | null> {
    return (await this.#tree(hash, folder))?.oid ?? null;
  }

  async files(hash: string, folder: string): Promise<readonly TreeFile[] | null> {
    const top = await this.#tree(hash, folder);
    if (top === null) return null;
    const found: TreeFile[] = [];
    const collect = async (tree: typeof top, path: string): Promise<void> => {
      for (const entry of tree.tree) {
        const name = path === '' ? entry.path : `${path}/${entry.path}`;
        if (!isPlainName(entry.path)) throw new Unreadable(`${JSON.stringify(name)} is no name for a file`);
        // Links may lead out of the repository, and other repositories are not here.
        if (entry.type === 'tree') await collect(await this.#subtree(entry.oid, name), name);
        else if (entry.type === 'blob' && !entry.mode.startsWith('12'))
          found.push({ path: name, blob: entry.oid });
        if (found.length > MOST_FILES)
          throw new Unreadable(`there are more than ${MOST_FILES} files in ${folder === '' ? '/' : folder}`);
      }
    };
    await collect(top, folder);
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async read(blob: string): Promise<Uint8Array> {
    return (await this.#read(git.readBlob(this.#at(blob)), `file ${blob}`)).blob;
  }

  #tree(hash: string, folder: string) {
    const filepath = folder === '' ? {} : { filepath: folder };
    return this.#orNull(git.readTree({ ...this.#at(hash), ...filepath }));
  }

  #subtree(oid: string, path: string) {
    return this.#read(git.readTree(this.#at(oid)), path);
  }

  /** Parents that are here: a shallow copy ends somewhere. */
  async #known(parents: readonly string[]): Promise<readonly string[]> {
    const file = join(this.#gitdir, 'shallow');
    if (!fs.existsSync(file)) return parents;
    const known = await Promise.all(parents.map((parent) => this.has(parent)));
    return parents.filter((_, i) => known[i]);
  }

  #at(oid: string) {
    return { fs, gitdir: this.#gitdir, oid, cache: this.#cache };
  }

  #refuseHugePacks(): void {
    const folder = join(this.#gitdir, 'objects', 'pack');
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    const packs = names.filter((name) => name.endsWith('.pack'));
    const bytes = packs.reduce(
      (sum, name) => sum + (fs.statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    if (bytes > MOST_PACK_BYTES)
      throw new Unreadable(
        `${this.#gitdir} is too large to be read here (${Math.round(bytes / 2 ** 20)} MiB): give its URL, of which only the last commits are fetched`,
      );
  }

  async #orNull<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      if (codeOf(error) === 'NotFoundError' || codeOf(error) === 'ObjectTypeError') return null;
      throw new Unreadable(`${this.#gitdir}: ${wordsOf(error)}`, { cause: error });
    }
  }

  async #read<T>(work: Promise<T>, what: string): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw new Unreadable(`${this.#gitdir}: ${what}: ${wordsOf(error)}`, { cause: error });
    }
  }
}

/** Git allows no other names, but whoever made the repository need not have used git. */
function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\p{Cc}]/u.test(name) && !/^\.git$/i.test(name);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
