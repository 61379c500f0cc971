import type { Source as Text } from '../../shell/manifests/text.ts';
import { type Source, type TreeFile, Unreadable } from '../source.ts';
import { build } from './build.ts';
import { type Declared, type Read, readText } from './declared.ts';
import { layoutOf } from './layout.ts';
import { inOrder, type Problem } from './problem.ts';

/** What a commit asks for. */
export interface Declaration {
  readonly objects: readonly Declared[];
  /** Not empty: nothing of it may be applied. */
  readonly problems: readonly Problem[];
  /** Keys of objects that a program built: whose lines are not those of a file of the repository. */
  readonly built: ReadonlySet<string>;
}

/** What a reader of manifests is made with. */
export interface ReaderOptions {
  readonly source: Source;
  /** Namespace of charts' releases. */
  readonly namespace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Further checks, over all files at once: lint. None where it is null. */
  readonly check: ((texts: readonly Text[]) => readonly Problem[]) | null;
}

const MOST_FILE_BYTES = 4 * 1024 * 1024;
const MOST_OBJECTS = 10_000;
/** Files that are remembered, from the present commit and those before it. */
const MOST_REMEMBERED = 5_000;

/** Reads the manifests of commits. Files that did not change are not read again. */
export class ManifestReader {
  readonly #options: ReaderOptions;
  readonly #files = new Map<string, Read & { readonly text: Text }>();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** All manifests of a commit, or every problem. Throws Unreadable where there is no such folder. */
  async read(hash: string, signal: AbortSignal): Promise<Declaration> {
    const { source, namespace, env, check } = this.#options;
    const files = await source.files(hash, source.folder);
    if (files === null) throw new Unreadable(`there is no folder ${source.folder} at ${hash.slice(0, 7)}`);
    const { plain, built } = layoutOf(files, source.folder);
    const reads = await this.#readAll(plain);
    const products = built.length === 0 ? [] : await build(built, { source, hash, namespace, env, signal });
    const texts = products.flatMap((product) =>
      product.kind === 'text' ? [{ file: product.file, text: product.text }] : [],
    );
    const made = texts.map(readText);
    const objects = [...reads, ...made].flatMap((read) => read.objects);
    const problems = [
      ...[...reads, ...made].flatMap((read) => read.problems),
      ...products.flatMap((product) => (product.kind === 'problem' ? [product.problem] : [])),
      ...tooMany(objects),
    ];
    const more = check === null ? [] : check([...reads.map(({ text }) => text), ...texts]);
    return {
      objects,
      problems: inOrder([...problems, ...more]),
      built: new Set(made.flatMap((read) => read.objects.map(({ key }) => key))),
    };
  }

  /**
   * Digests of the objects that a commit has as plain files, by their keys. Broken files count for nothing.
   */
  async digests(hash: string): Promise<ReadonlyMap<string, string>> {
    const { source } = this.#options;
    const files = (await source.files(hash, source.folder)) ?? [];
    const reads = await this.#readAll(layoutOf(files, source.folder).plain);
    return new Map(reads.flatMap((read) => read.objects.map(({ key, hash: digest }) => [key, digest])));
  }

  async #readAll(files: readonly TreeFile[]): Promise<readonly (Read & { readonly text: Text })[]> {
    if (this.#files.size > MOST_REMEMBERED) this.#files.clear();
    const reads: (Read & { readonly text: Text })[] = [];
    for (const file of files) reads.push(await this.#readFile(file));
    return reads;
  }

  async #readFile({ path, blob }: TreeFile): Promise<Read & { readonly text: Text }> {
    const remembered = this.#files.get(`${path} ${blob}`);
    if (remembered !== undefined) return remembered;
    const content = await this.#options.source.read(blob);
    const text = textOf(content);
    const broken = (message: string): Read => ({
      objects: [],
      problems: [{ file: path, line: 0, message }],
    });
    const named = { file: path, text: text ?? '' };
    const read = {
      text: named,
      ...(content.length > MOST_FILE_BYTES
        ? broken('larger than 4 MiB')
        : text === null
          ? broken('this is not UTF-8')
          : readText(named)),
    };
    this.#files.set(`${path} ${blob}`, read);
    return read;
  }
}

function textOf(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

function tooMany(objects: readonly Declared[]): readonly Problem[] {
  const first = objects[MOST_OBJECTS];
  if (first === undefined) return [];
  return [{ ...first.origin, message: `there are more than ${MOST_OBJECTS} objects` }];
}
