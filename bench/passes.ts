import { request } from 'undici';
import type { Tally } from './audit.ts';

const PASSES = 'workqueue_work_duration_seconds_count';

/** How many passes each queue of a controller has made since its start; `metrics` is its base URL. */
export async function passesOf(metrics: string): Promise<Tally> {
  const answer = await request(`${metrics}/metrics`);
  return parsePasses(await answer.body.text());
}

/** Reads the number of passes by queue out of a page of Prometheus' text format. */
export function parsePasses(page: string): Tally {
  const lines = page.matchAll(new RegExp(`^${PASSES}\\{name="([^"]*)"\\} (\\S+)$`, 'gm'));
  return Object.fromEntries([...lines].map(([, queue = '', count]) => [queue, Number(count)]));
}
