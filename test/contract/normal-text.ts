import type { Circumstances } from './normal.ts';

const HOUR_MS = 3_600_000;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;

/** What is always written in the same way instead of what chance or the counter of versions made it. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b10\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, '<ip>'],
  // A text that only repeats itself is told by its length.
  [/(.)\1{299,}/g, '$1$1$1...'],
  // The hash of a pod template depends on all fields that a version of Kubernetes knows, also on those that
  // are not there: the simulator has the one of the original controller.
  [/-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b(-[bcdfghjklmnpqrstvwxz2456789]{5}\b)?/g, '-<hash>'],
  [/kube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<x>'],
  [/\b([a-z0-9-]+)\.[0-9a-f]{16}\b/g, '$1.<hex>'],
  [/(ResourceVersion in (?:record|the precondition)) \(\d+\)/g, '$1 (<version>)'],
  [/too old resource version: \d+ \(\d+\)/g, 'too old resource version: <version> (<version>)'],
  [/(Too large resource version: \d+, current:) \d+/g, '$1 <version>'],
  // An object as a whole in the midst of a message: its versions and the order of its keys are of this run.
  [/Invalid value: "\{\\"(apiVersion|kind|metadata)\\".*\}": /g, 'Invalid value: "<object>": '],
  [/hash=[0-9A-Za-z]+/g, 'hash=<hash>'],
];

/**
 * Normalises text: times within an hour of the case (those that the server set), its namespace, addresses,
 * and whatever else is to be replaced.
 */
export function textNormaliser(
  { begun, namespace }: Circumstances,
  replaced: ReadonlyMap<string, string>,
): (value: string) => string {
  const names = [...replaced].sort(([a], [b]) => b.length - a.length);
  const aTime = (whole: string, fraction?: string): string => {
    if (Math.abs(Date.parse(whole) - begun) > HOUR_MS) return whole;
    return fraction === undefined ? '<time>' : '<microtime>';
  };
  return (value) => {
    let text = value.replaceAll(namespace, '{ns}').replace(TIME, aTime);
    for (const [pattern, instead] of PATTERNS) text = text.replace(pattern, instead);
    for (const [name, instead] of names) text = text.replaceAll(name, instead);
    return text;
  };
}
