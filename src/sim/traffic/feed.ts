import type { Scraper } from '../metrics/scrape.ts';
import type { Scraped, Target } from './metrics.ts';

/** Brings what was scraped to the simulated Prometheus. Its labels win over those of targets. */
export function feed(scraper: Scraper): Scraped {
  let before: readonly Target[] = [];
  return (targets, nowMs) => {
    const instances = new Set(targets.map(({ labels }) => labels['instance']));
    for (const { labels } of before) if (!instances.has(labels['instance'])) scraper.forget(labels, nowMs);
    for (const { labels, samples } of targets) {
      const page = samples.map((sample) => ({ ...sample, atMs: null }));
      scraper.scrape({ target: labels, page, atMs: nowMs });
    }
    before = targets;
  };
}
