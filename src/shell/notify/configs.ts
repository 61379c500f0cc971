import { parseDocument } from 'yaml';
import type { StringMap } from '../../api/meta.ts';
import { type Resource, resources } from '../../api/resources.ts';
import { emptyConfig, type NotifyConfig, type ParseYaml, parseConfig } from '../../notify/config.ts';
import type { Clock } from '../clock.ts';
import { Cache } from '../kube/cache.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Health } from '../kube/reflection.ts';
import { Reflector } from '../kube/reflector.ts';
import type { RestClient } from '../kube/rest.ts';
import type { Logger } from '../log.ts';

/** Names of the two objects that hold the configuration. */
export const CONFIG_MAP = 'argo-rollouts-notification-configmap';
export const SECRET = 'argo-rollouts-notification-secret';

/** Where to look for configuration. */
export interface ConfigPlaces {
  /** Null: the controller watches all namespaces. */
  readonly namespace: string | null;
  readonly controllerNamespace: string;
  /** True: a rollout's own namespace may have a configuration too, which goes first. */
  readonly selfService: boolean;
}

/** What the configuration is read with. */
export interface ConfigsIo {
  readonly client: Pick<RestClient, 'list' | 'watch'>;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;
  /** Told when the configuration of a namespace has become another one. Must not throw. */
  readonly onChange: () => void;
}

interface Texts extends KubeObject {
  /** Decoded; secrets are never logged and kept nowhere else. */
  readonly texts: StringMap;
}

/** The notification configuration, kept up to date. Both objects may be absent, and may come and go. */
export class Configs {
  readonly #places: ConfigPlaces;
  readonly #io: ConfigsIo;
  readonly #maps: Cache<Texts>;
  readonly #secrets: Cache<Texts>;
  readonly #parsed = new Map<string, NotifyConfig>();

  constructor(places: ConfigPlaces, io: ConfigsIo) {
    this.#places = places;
    this.#io = io;
    const onChange = (key: string): void => this.#changed(key);
    this.#maps = new Cache({ project: (raw) => textsOf(raw, (text) => text), onChange });
    this.#secrets = new Cache({ project: (raw) => textsOf(raw, decoded), onChange });
  }

  /** Resolves when both have been looked for once. */
  get synced(): Promise<unknown> {
    return Promise.all([this.#maps.whenSynced(), this.#secrets.whenSynced()]);
  }

  /** Watches until `stop` aborts. */
  async run(stop: AbortSignal): Promise<void> {
    await Promise.all([
      this.#reflector(resources.configMaps, CONFIG_MAP, this.#maps).run(stop),
      this.#reflector(resources.secrets, SECRET, this.#secrets).run(stop),
    ]);
  }

  /** The configurations for rollouts of a namespace, the one that goes first first. */
  of(namespace: string): readonly NotifyConfig[] {
    const { selfService, controllerNamespace } = this.#places;
    const shared = this.#config(controllerNamespace);
    if (!selfService || namespace === controllerNamespace) return [shared];
    return [this.#config(namespace), shared];
  }

  #config(namespace: string): NotifyConfig {
    const known = this.#parsed.get(namespace);
    if (known !== undefined) return known;
    const data = this.#maps.get(`${namespace}/${CONFIG_MAP}`)?.texts;
    const secret = this.#secrets.get(`${namespace}/${SECRET}`)?.texts ?? {};
    const config =
      data === undefined ? emptyConfig(namespace) : parseConfig(namespace, data, secret, parseYaml);
    this.#parsed.set(namespace, config);
    for (const { path, message } of config.issues)
      this.#io.log.warn(
        { configmap: `${namespace}/${CONFIG_MAP}`, key: path, issue: message },
        'notification configuration',
      );
    return config;
  }

  #changed(key: string): void {
    this.#parsed.delete(key.slice(0, Math.max(key.indexOf('/'), 0)));
    this.#io.onChange();
  }

  #reflector(resource: Resource, name: string, sink: Cache<Texts>): Reflector<Texts> {
    const { selfService, namespace, controllerNamespace } = this.#places;
    const where = selfService ? namespace : controllerNamespace;
    const { client, clock, rng, log } = this.#io;
    return new Reflector({
      client,
      resource,
      selection: { fieldSelector: `metadata.name=${name}`, ...(where === null ? {} : { namespace: where }) },
      sink,
      clock,
      rng,
      onHealth: (health) => tell(log, name, health),
    });
  }
}

function tell(log: ConfigsIo['log'], name: string, health: Health): void {
  if (health.kind === 'watching') log.debug({ object: name }, 'watching');
  else
    log.warn(
      { object: name, error: health.failure.message },
      'cannot watch the notification configuration; nobody is notified until this works (trying again)',
    );
}

function textsOf(raw: KubeObject, decode: (text: string) => string): Texts {
  const { name, namespace, uid, resourceVersion } = raw.metadata;
  const data = (raw as { readonly data?: Readonly<Record<string, unknown>> }).data ?? {};
  const texts = Object.entries(data).map(([key, value]) => [key, decode(String(value))] as const);
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    texts: Object.fromEntries(texts),
  };
}

/** People end a line with a newline, in a Secret too. */
function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8').trim();
}

/** Reads YAML, and so JSON. Messages are one line. */
export const parseYaml: ParseYaml = (text) => {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    return { kind: 'error', message: `not YAML: ${error.message.split('\n')[0] ?? ''}` };
  try {
    return { kind: 'value', value: document.toJS({ maxAliasCount: 20 }) as unknown };
  } catch (cause) {
    return { kind: 'error', message: `not YAML: ${cause instanceof Error ? cause.message : ''}` };
  }
};
