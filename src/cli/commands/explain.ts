import { explain } from '../../view/explain/explanation.ts';
import { gather } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { readTemplates } from '../templates.ts';
import { explanationJson, explanationText } from '../text/explanation.ts';
import { paintFor } from '../text/paint.ts';

/** Options of `explain`. */
export interface ExplainOptions {
  readonly output: 'text' | 'json';
  readonly color: boolean;
}

/** `explain NAME [-o json]`: how a rollout is and why, what happens next, and what one can do. */
export async function explainRollout(
  io: Io,
  cluster: Cluster,
  name: string,
  options: ExplainOptions,
): Promise<number> {
  const { parts, missing } = await gather(cluster, name);
  const templates = await readTemplates(cluster, parts.rollout);
  const now = io.clock.now();
  const explanation = explain(parts, templates, now);
  const lines =
    options.output === 'json'
      ? [explanationJson(explanation)]
      : explanationText(explanation, now, paintFor(io.out, io, options.color));
  say(io.out, ...lines);
  for (const what of missing) say(io.err, `Left out: ${what}`);
  return 0;
}
