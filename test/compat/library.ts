import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseRecording, type Recording } from './recording.ts';
import { parseScenario, type Scenario } from './scenario.ts';

/** The scenarios and recordings of the original controller; not part of the repository. */
export interface Library {
  /** Names of all scenarios, in order. */
  readonly names: readonly string[];
  scenario(name: string): Scenario;
  recording(name: string): Recording;
}

/** Why the library cannot be had, or the library. */
export type Found =
  | { readonly kind: 'found'; readonly library: Library }
  | { readonly kind: 'missing'; readonly why: string };

const repository = join(import.meta.dirname, '..', '..');

/** Looks in the folder that `SLUICE_RECORDINGS` names, or beside the checkout. */
export function findLibrary(): Found {
  const folder = resolve(process.env['SLUICE_RECORDINGS'] ?? join(repository, '..', 'shared', 'recordings'));
  const scenarios = join(folder, 'scenarios');
  if (!existsSync(scenarios)) {
    const why = `the original's recordings are not there (SLUICE_RECORDINGS, or ../shared/recordings)`;
    return { kind: 'missing', why };
  }
  const names = readdirSync(scenarios).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8');
  return {
    kind: 'found',
    library: {
      names: names.toSorted((a, b) => a.localeCompare(b)),
      scenario: (name) => parseScenario(read('scenarios', `${name}.yaml`)),
      recording: (name) => parseRecording(read('recordings', `${name}.jsonl`), name),
    },
  };
}
