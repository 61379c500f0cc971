import type { Manifest } from '../../../api/meta.ts';
import { expired, statusOf } from '../errors.ts';
import type { ApiAnswer, Stream } from '../http.ts';
import { type Selection, selectionOf, type Versions, versionsOf } from './list-options.ts';
import type { Asked, HttpMeans } from './means.ts';
import { shownAs } from './reading.ts';
import type { Representation } from './representation.ts';
import type { Target } from './target.ts';
import { eventLine } from './watches.ts';

/** Without a wish of the client a watch ends after this long to twice this long. */
const LEAST_SECONDS = 1800;
const INITIAL_END = { 'k8s.io/initial-events-end': 'true' };

/** Answers with a stream of events: what is there first, unless the client knows that, then what changes. */
export function watch(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const { store, watches, random } = means;
  const shown = shownAs(means, asked, target);
  const selection = selectionOf(asked.query, target.served, target.name);
  const versions = versionsOf(asked.query, true);
  const wants = asked.query.get('allowWatchBookmarks');
  const wantsBookmarks = wants === 'true' || wants === '1';
  const wishSeconds = Number(asked.query.get('timeoutSeconds') ?? '0');
  const timeoutSeconds = wishSeconds > 0 ? wishSeconds : LEAST_SECONDS * (1 + random.next());
  const { version } = versions;
  const isFromNow = version === null || version === 0 || versions.sendInitialEvents === true;
  const oldest = Math.max(store.history.forgottenUntil, target.served.since ?? 0);
  if (!isFromNow && version < oldest) return streaming(tooOld(version, oldest));
  const first = isFromNow ? initial(means, target, shown, selection, versions, wantsBookmarks) : [];
  let told = first.length;
  const stream = watches.open({
    kind: target.served.kind,
    namespace: target.namespace,
    selects: selection.selects,
    write: (object) => shown.textOf(object, told++ === 0),
    first,
    after: isFromNow ? store.version : version,
    timeoutMs: timeoutSeconds * 1000,
    bookmark: wantsBookmarks ? (at) => shown.bookmark(at) : null,
  });
  return streaming(stream);
}

function initial(
  means: HttpMeans,
  target: Target,
  shown: Representation,
  selection: Selection,
  { version, sendInitialEvents }: Versions,
  wantsBookmarks: boolean,
): readonly string[] {
  if (sendInitialEvents === false) return [];
  const objects: readonly Manifest[] = means.store.list(target.served.kind, target.namespace ?? undefined);
  const lines = objects
    .filter(selection.selects)
    .map((object, i) => eventLine('ADDED', shown.textOf(object, i === 0)));
  // The end is marked where it is asked for, and where everything is sent as it is just now.
  const isMarked = wantsBookmarks && (sendInitialEvents === true || version === null);
  if (!isMarked) return lines;
  return [...lines, eventLine('BOOKMARK', shown.bookmark(means.store.version, INITIAL_END))];
}

function streaming(body: Stream): ApiAnswer {
  return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' }, body };
}

/** A watch that begins before what is remembered: one event, then the end. */
function tooOld(version: number, oldest: number): Stream {
  const error = expired(`too old resource version: ${version} (${oldest})`);
  return {
    onLine: (listener) => listener(`${eventLine('ERROR', JSON.stringify(statusOf(error)))}\n`),
    onEnd: (listener) => listener(),
    cancel: () => {},
  };
}
