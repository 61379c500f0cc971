import { parse } from 'yaml';
import * as z from 'zod';
import { asText, dig, type Json, type JsonObject } from './json.ts';
import { hasKey, manifestsOf, type Scenario } from './scenario.ts';

/** How to see that a scenario really uses a feature: so that nothing is put off under a false name. */
export const features: Readonly<Record<string, (scenario: Scenario) => boolean>> = {
  blueGreen: (s) => hasKey(all(s), 'blueGreen'),
  workloadRef: (s) => hasKey(all(s), 'workloadRef'),
  experiments: (s) => hasKind(s, 'Experiment') || hasKey(all(s), 'experiment'),
  istio: (s) => hasKey(all(s), 'istio'),
  alb: (s) => hasKey(all(s), 'alb'),
  smi: (s) => hasKey(all(s), 'smi'),
  traefik: (s) => hasKey(all(s), 'traefik'),
  apisix: (s) => hasKey(all(s), 'apisix'),
  ambassador: (s) => hasKey(all(s), 'ambassador'),
  'job metric': (s) => hasKey(all(s), 'job'),
  'header routes': (s) => hasKey(all(s), 'setHeaderRoute') || hasKey(all(s), 'setMirrorRoute'),
  restart: (s) => uses(s, 'restartAt') || uses(s, 'restart'),
  metadata: (s) => ['canaryMetadata', 'stableMetadata'].some((key) => hasKey(all(s), key)),
  'anti-affinity': (s) => hasKey(all(s), 'antiAffinity'),
  dynamicStableScale: (s) => hasKey(all(s), 'dynamicStableScale'),
  'instance id': (s) => uses(s, 'controller-instance-id'),
};

function all(scenario: Scenario): Json {
  return [...manifestsOf(scenario), ...scenario.steps.map((step) => step.source)];
}

function hasKind(scenario: Scenario, kind: string): boolean {
  return manifestsOf(scenario).some((manifest: JsonObject) => asText(dig(manifest, 'kind')) === kind);
}

function uses(scenario: Scenario, word: string): boolean {
  return JSON.stringify(all(scenario)).includes(word);
}

/** Feature that is not implemented yet to the scenarios that wait for it. */
export type Waiting = Readonly<Record<string, readonly string[]>>;

/** Parses the list of scenarios that wait for a feature (YAML). */
export function parseWaiting(text: string): Waiting {
  return z.record(z.string(), z.array(z.string())).parse(parse(text) ?? {});
}

/** Which feature a scenario waits for; null if it is played. */
export function waitsFor(waiting: Waiting, scenario: string): string | null {
  return Object.keys(waiting).find((feature) => waiting[feature]?.includes(scenario)) ?? null;
}

/** What is wrong with the list: unknown scenarios or features, entries twice, features that are not used. */
export function mistakesIn(waiting: Waiting, scenarios: readonly Scenario[]): readonly string[] {
  const seen = new Set<string>();
  return Object.entries(waiting).flatMap(([feature, names]) =>
    names.flatMap((name): readonly string[] => {
      const scenario = scenarios.find((one) => one.name === name);
      if (scenario === undefined) return [`${feature}: there is no scenario ${name}`];
      if (seen.has(name)) return [`${name} is listed twice`];
      seen.add(name);
      const test = features[feature];
      if (test === undefined) return [`${feature} is not a feature`];
      return test(scenario) ? [] : [`${name} does not use ${feature}`];
    }),
  );
}
