import { type Clock, sleep } from '../../src/shell/clock.ts';
import type { Api } from '../cluster/bed/api.ts';
import type { KubeObject } from '../cluster/bed/client.ts';
import type { JsonObject } from './json.ts';
import { type RecordedKind, recordedKinds } from './kinds.ts';

/** A watch event of a recorded kind, as it arrived. */
export interface Sighting {
  /** Milliseconds since the epoch, when it arrived. */
  readonly at: number;
  readonly kind: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: JsonObject;
  /** The resource version as a number; one order for all kinds. */
  readonly version: number;
}

/** One watch per kind over all namespaces, shared by all scenarios. */
export interface Hub {
  /** The kinds that the cluster serves and the hub watches. */
  readonly kinds: ReadonlySet<string>;
  /** Calls back with each event of one namespace, in order per kind. Returns how to stop. */
  follow(namespace: string, onSighting: (sighting: Sighting) => void): () => void;
  stop(): Promise<void>;
}

/** Starts the watches. Kinds that the cluster does not serve are left out. */
export async function startHub(api: Api, clock: Clock): Promise<Hub> {
  const followers = new Map<string, (sighting: Sighting) => void>();
  const served = await servedKinds(api);
  const stops = await Promise.all(
    served.map((kind) =>
      watchForever({ api, clock }, kind, (sighting, namespace) => followers.get(namespace)?.(sighting)),
    ),
  );
  return {
    kinds: new Set(served.map(({ kind }) => kind)),
    follow(namespace, onSighting) {
      followers.set(namespace, onSighting);
      return () => followers.delete(namespace);
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

async function servedKinds(api: Api): Promise<readonly RecordedKind[]> {
  const crds = await api.list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });
  const known = new Set(crds.map((crd) => kindOfCrd(crd)));
  return recordedKinds.filter(
    (one) => !one.custom || known.has(`${one.apiVersion.split('/')[0]}/${one.kind}`),
  );
}

function kindOfCrd(crd: KubeObject): string {
  const spec = crd['spec'] as { group: string; names: { kind: string } };
  return `${spec.group}/${spec.names.kind}`;
}

/** How long to wait before a watch that ended is started again; milliseconds. */
const restartAfterMs = 50;

type Tell = (sighting: Sighting, namespace: string) => void;

/** Watches one kind, going on from the last version where the server ends the watch. */
async function watchForever(
  { api, clock }: { readonly api: Api; readonly clock: Clock },
  { apiVersion, kind }: RecordedKind,
  tell: Tell,
): Promise<() => Promise<void>> {
  let stopped = false;
  let last: string | undefined;
  const start = () =>
    api.watch(
      { apiVersion, kind },
      (event) => {
        if (event.type === 'ERROR') throw new Error(`watch of ${kind}: ${JSON.stringify(event.object)}`);
        const metadata = event.object.metadata;
        last = metadata.resourceVersion ?? last;
        if (event.type === 'BOOKMARK') return;
        const object = event.object as unknown as JsonObject;
        tell(
          { at: clock.now(), kind, type: event.type, object, version: Number(last) },
          metadata.namespace ?? '',
        );
      },
      last === undefined ? {} : { resourceVersion: last },
    );
  let watching = await start();
  const loop = (async () => {
    while (!stopped) {
      await watching.done;
      // A server that is gone ends every watch at once: without a pause nothing else would get its turn.
      await sleep(clock, restartAfterMs);
      if (!stopped) watching = await start();
    }
  })();
  return async () => {
    stopped = true;
    watching.stop();
    await loop;
  };
}
