import type { Manifest } from '../../../src/api/meta.ts';
import type { Kind } from '../../../src/sim/api-server/api.ts';
import type { VirtualClock } from '../../../src/sim/clock.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { Deed } from '../../../src/sim/user.ts';
import type { World } from '../../../src/sim/world.ts';
import { manifestsOf, NAMESPACE, strategyOf } from './applications.ts';
import type { App } from './script.ts';
import type { Witness } from './witness.ts';

/** The people of a script: what they do is theirs, and no law is about it. */
export class People {
  readonly #world: World<VirtualClock>;
  readonly #witness: Witness;

  constructor(world: World<VirtualClock>, witness: Witness) {
    this.#world = world;
    this.#witness = witness;
  }

  put(app: App, tag: string): void {
    this.#witness.asUser(() => {
      for (const [kind, manifest] of manifestsOf(app, tag)) this.#apply(app, kind, manifest);
      this.#world.user.act({ namespace: NAMESPACE, name: app.name }, { kind: 'resume' });
    });
  }

  /** What is there already is only given its image and size, as by somebody who edits the manifest. */
  #apply(app: App, kind: Kind, manifest: Manifest): void {
    const { name } = manifest.metadata;
    const { user, api } = this.#world;
    const isThere = api.get(kind, { namespace: NAMESPACE, name }) !== null;
    if (!isThere) user.put(kind, manifest);
    else if (kind === kinds.rollouts) {
      const { replicas, ...spec } = manifest['spec'] as { readonly replicas: number };
      const size = app.autoscaler === undefined ? { replicas } : {};
      user.put(kind, { ...manifest, spec: { ...spec, ...size, strategy: strategyOf(app) } });
    } else if (kind === kinds.deployments) {
      const { replicas: _, ...spec } = manifest['spec'] as { readonly replicas: number };
      user.put(kind, { ...manifest, spec });
    }
  }

  act(app: string, deed: Deed): void {
    if (deed.kind === 'promote' || deed.kind === 'approve') this.#witness.skipped(app, deed.kind);
    this.#witness.asUser(() => this.#world.user.act({ namespace: NAMESPACE, name: app }, deed));
  }

  annotate(): void {
    const { api } = this.#world;
    const patch = { metadata: { annotations: { 'example.com/note': 'ours' }, labels: { team: 'a' } } };
    this.#witness.asUser(() => {
      for (const kind of [kinds.services, kinds.ingresses, kinds.httpRoutes])
        for (const { metadata } of api.list(kind, { namespace: NAMESPACE }))
          api.merge(kind, { namespace: NAMESPACE, name: metadata.name }, patch, { manager: 'other' });
    });
  }

  /** What never gets ready by itself is thrown away, as its user would do. */
  replaceBadPods(): void {
    const { api } = this.#world;
    for (const { metadata } of api.list(kinds.pods, { namespace: NAMESPACE }))
      api.delete(kinds.pods, { namespace: NAMESPACE, name: metadata.name });
  }
}
