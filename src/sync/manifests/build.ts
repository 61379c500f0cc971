import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Ran, run, surroundings } from '../programs.ts';
import { type Source, Unreadable } from '../source.ts';
import type { Built } from './layout.ts';
import type { Problem } from './problem.ts';

/** What a program made of a folder. */
export type Product =
  | { readonly kind: 'text'; readonly file: string; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What building needs beside the folder. */
export interface Workshop {
  readonly source: Source;
  readonly hash: string;
  /** Namespace of a chart's release. */
  readonly namespace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const PATIENCE_MS = 60_000;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Builds folders by `kustomize` (or `kubectl kustomize`) and `helm`, over a copy of the commit's files, of
 * all folders: bases stand beside overlays. Neither knows the user's settings, and links are not followed.
 */
export async function build(folders: readonly Built[], workshop: Workshop): Promise<readonly Product[]> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-build-'));
  try {
    const checkout = join(home, 'files');
    await copyFiles(workshop, checkout);
    const products: Product[] = [];
    for (const folder of folders) products.push(await buildOne(folder, { ...workshop, home, checkout }));
    return products;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function copyFiles({ source, hash }: Workshop, checkout: string): Promise<void> {
  let bytes = 0;
  mkdirSync(checkout);
  for (const { path, blob } of (await source.files(hash, '')) ?? []) {
    const content = await source.read(blob);
    bytes += content.length;
    if (bytes > MOST_BYTES)
      throw new Unreadable('the repository is too large to be built (256 MiB of files)');
    const file = join(checkout, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

type Bench = Workshop & { readonly home: string; readonly checkout: string };

async function buildOne(built: Built, bench: Bench): Promise<Product> {
  const ran = built.by === 'kustomize' ? await kustomize(built, bench) : await helm(built, bench);
  const { file } = built;
  const problem = (message: string): Product => ({ kind: 'problem', problem: { file, line: 0, message } });
  switch (ran.kind) {
    case 'done':
      return { kind: 'text', file: `${file} (as ${built.by} builds it)`, text: ran.out };
    case 'missing':
      return problem(
        built.by === 'helm'
          ? 'a chart needs the program helm, which is not installed'
          : 'a kustomization needs the program kustomize or kubectl, and neither is installed',
      );
    case 'failed':
      return problem(`${built.by}: ${ran.words.replaceAll(`${bench.checkout}/`, '')}`);
    default:
      return ran satisfies never;
  }
}

async function kustomize({ folder }: Built, bench: Bench): Promise<Ran> {
  const target = join(bench.checkout, folder);
  const own = await run('kustomize', ['build', '--', target], optionsOf(bench));
  return own.kind === 'missing' ? run('kubectl', ['kustomize', '--', target], optionsOf(bench)) : own;
}

function helm({ folder }: Built, bench: Bench): Promise<Ran> {
  const target = join(bench.checkout, folder);
  const release = basename(folder === '' ? bench.source.name.replace(/@.*/, '') : folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const args = ['template', '--namespace', bench.namespace, '--include-crds', '--no-hooks'];
  return run('helm', [...args, '--', release === '' ? 'release' : release, target], optionsOf(bench));
}

function optionsOf({ env, home, signal }: Bench) {
  return { env: surroundings(env, home), cwd: home, timeoutMs: PATIENCE_MS, signal };
}
