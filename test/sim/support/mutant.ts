// Plays seeds with one defect in the production code, which is replaced while it is loaded; nothing is
// written. Arguments: the name of a mutation, or '' for none, and the seeds. Tells its parent of each, and
// ends at the first in which the law that should notice is broken.
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Mutation, mutated, pathOf } from '../mutations/mutation.ts';
import { MUTATIONS } from '../mutations.ts';
import type { Law } from './laws/law.ts';

/** What came of one seed. */
export interface Trial {
  readonly seed: string;
  /** What was broken first of each law. */
  readonly broken: readonly { readonly law: Law; readonly atMs: number; readonly what: string }[];
  /** What was thrown where nothing may be; null: nothing. */
  readonly crash: string | null;
}

const [name = '', ...seeds] = process.argv.slice(2);
const mutation = MUTATIONS.find((one) => one.name === name) ?? null;
if (mutation === null && name !== '') throw new Error(`no mutation is called ${name}`);
if (mutation !== null) mutateOnLoad(mutation);
await tryAll();

function mutateOnLoad(one: Mutation): void {
  const target = pathToFileURL(pathOf(one)).href;
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (url !== target) return loaded;
      const { source = '' } = loaded;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
      return { ...loaded, source: mutated(one, text) };
    },
  });
}

async function tryAll(): Promise<void> {
  // Only now, so that the hook sees them.
  const { lifeOf } = await import('./lives.ts');
  const { play } = await import('./play.ts');
  for (const seed of seeds) {
    const trial = await play(lifeOf(seed), undefined, (law) => law === mutation?.law).then(
      ({ broken }): Trial => ({ seed, broken: firsts(broken), crash: null }),
      (error: unknown): Trial => ({
        seed,
        broken: [],
        crash: error instanceof Error ? (error.stack ?? '') : '',
      }),
    );
    await new Promise((resolve) => process.send?.(trial, undefined, {}, () => resolve(null)));
    if (mutation !== null && trial.broken.some(({ law }) => law === mutation.law)) break;
  }
  process.disconnect?.();
}

function firsts(broken: Trial['broken']): Trial['broken'] {
  return broken.filter(({ law }, i) => broken.findIndex((other) => other.law === law) === i);
}
