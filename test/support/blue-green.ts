import type { BlueGreenStrategy } from '../../src/api/rollout.ts';
import { parse } from './notation.ts';
import { Scene } from './world.ts';

/**
 * A blue-green world in one line, in the notation of `w`. `spec.replicas` is the size of stable unless it is
 * said; the active Service selects stable and the preview Service the version that the status knows, unless
 * `selects` says otherwise.
 */
export function bg(line: string, blueGreen: Partial<BlueGreenStrategy> = {}): Scene {
  const draft = parse(line);
  const main = draft.versions.find(({ role }) => role === 'stable') ?? draft.versions.at(-1);
  const replicas = / of \d/.test(line) ? draft.replicas : (main?.pods.wanted ?? draft.replicas);
  const strategy = { activeService: 'app-active', previewService: 'app-preview', ...blueGreen };
  return new Scene({ ...draft, replicas, blueGreen: strategy });
}
