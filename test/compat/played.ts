import type { Difference } from './difference.ts';
import { asList, dig, isList, show } from './json.ts';
import type { Recording } from './recording.ts';

const nowhere = { original: null, ours: null };

/** How the playing itself went: waits, refusals, questions to metric servers, and hashes. */
export function comparePlayed(ours: Recording, original: Recording): readonly Difference[] {
  return [
    ...compareReached(ours, original),
    ...compareAccepted(ours, original),
    ...compareAsked(ours, original),
    ...compareHashes(ours, original),
  ];
}

function compareReached(ours: Recording, original: Recording): readonly Difference[] {
  if (ours.reached || !original.reached) return [];
  const waits = ours.lines.filter(
    (line) => line.kind === 'action' && JSON.stringify(line.result).includes('TIMEOUT'),
  );
  return waits.map((line) => ({
    rule: 'reached',
    object: '',
    field: `action ${line.step}`,
    original: 'ok',
    ours: line.kind === 'action' ? `timeout: ${show(line.action)}: ${show(dig(line.result, 'because'))}` : '',
    at: { original: null, ours: line.t },
  }));
}

/**
 * Real hashes are compared where the recording tells the template; others may hold a run's own names and
 * ports.
 */
function compareHashes(ours: Recording, original: Recording): readonly Difference[] {
  const mine = new Map(Object.entries(ours.hashes).map(([hash, about]) => [show(about['symbol']), hash]));
  return Object.entries(original.hashes).flatMap(([hash, about]): readonly Difference[] => {
    const symbol = show(about['symbol']);
    const known = about['specTemplate'] ?? about['steps'];
    if (known === undefined || /<(ns|metrics|web)>/.test(JSON.stringify(known))) return [];
    const got = mine.get(symbol);
    if (got === undefined || got === hash) return [];
    return [{ rule: 'hash', object: '', field: symbol, original: hash, ours: got, at: nowhere }];
  });
}

/** Whether each request of an action was accepted, in order. */
function acceptance(recording: Recording, step: number): readonly boolean[] {
  const line = recording.lines.find((one) => one.kind === 'action' && one.step === step);
  const result = line?.kind === 'action' ? line.result : null;
  const results = dig(result, 'requests') ?? result;
  return (isList(results) ? results : [results]).flatMap((one) => {
    const status = dig(one, 'status');
    return typeof status === 'number' ? [status < 400] : [];
  });
}

function compareAccepted(ours: Recording, original: Recording): readonly Difference[] {
  return original.lines.flatMap((line): readonly Difference[] => {
    if (line.kind !== 'action') return [];
    const own = ours.lines.find((one) => one.kind === 'action' && one.step === line.step);
    if (own?.kind !== 'action') return [];
    const names = asList(line.action['apply']).map(show);
    const mine = acceptance(ours, line.step);
    return acceptance(original, line.step).flatMap((accepted, index): readonly Difference[] => {
      if (accepted === (mine[index] ?? accepted)) return [];
      const word = (yes: boolean): string => (yes ? 'accepted' : 'refused');
      const object = names[index] ?? '';
      const field = `action ${line.step}`;
      const said = `${word(!accepted)}: ${show(own.result)}`;
      return [{ rule: 'accepted', object, field, original: word(accepted), ours: said, at: nowhere }];
    });
  });
}

/** What the servers were asked. Runs of other scenarios asked too: what no run here asks is left out. */
function questionsOf(recording: Recording): ReadonlySet<string> {
  const text = JSON.stringify(recording.lines);
  const own = recording.served.filter((row) => {
    const [, server, question] = asList(row).map(show);
    return server !== 'metrics' || text.includes(JSON.stringify(question).slice(1, -1));
  });
  return new Set(own.map((row) => asList(row).slice(1, 3).map(show).join(': ')));
}

function compareAsked(ours: Recording, original: Recording): readonly Difference[] {
  const [mine, theirs] = [questionsOf(ours), questionsOf(original)];
  const row = (field: string, before: string, after: string): Difference => {
    return { rule: 'asked', object: '', field, original: before, ours: after, at: nowhere };
  };
  return [
    ...[...theirs].filter((one) => !mine.has(one)).map((one) => row(one, 'asked', 'never asked')),
    ...[...mine].filter((one) => !theirs.has(one)).map((one) => row(one, 'never asked', 'asked')),
  ];
}
