import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { type ConfigSource, type Impersonation, type LoadedConfig, loadConfig } from './config.ts';
import { Failure } from './failure.ts';
import { openWire, retireWire, type Wire } from './wire.ts';

/**
 * How to reach the API server at this moment: an address, headers that say who we are, and open connections.
 */
export interface Connection {
  readonly origin: string;
  /** Path before `/api`, without a slash at its end; mostly empty. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Two sets of connections, so that one that died does not stall both. */
  readonly requests: Transport;
  readonly watches: Transport;
}

/** Sends requests; undici's dispatchers do. */
export interface Transport {
  request(options: Dispatcher.RequestOptions): Promise<Heard>;
}

/** The beginning of an answer, and the rest as it comes. */
export interface Heard {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a client needs to reach an API server; each method is explained at `Access`. */
export interface ApiAccess {
  connection(): Promise<Connection>;
  renew(used: Connection, isRefused: boolean): Promise<Connection | null>;
  suspect(used: Connection, kind: 'requests' | 'watches'): void;
}

interface OpenConnection extends Connection {
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
}

const credentialsLastMs = 60_000;
/** A plugin keeps its own credentials until they end, so asking it is cheap and often is better. */
const pluginLastsMs = 5_000;
const reloadGapMs = 2_000;

interface Credentials {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly wire: Wire;
  /** Equal if and only if new connections would be made with the same bytes. */
  readonly wirePrint: string;
}

/**
 * Access to one cluster whose credentials may change at any time. Files are read again every 60 seconds, and
 * at once when the server refuses us; connections are made anew when a CA, certificate or key has other
 * bytes.
 */
export class Access implements ApiAccess {
  readonly #source: ConfigSource;
  readonly #clock: Clock;
  #config: LoadedConfig;
  #connection: OpenConnection;
  #wire: Wire;
  #wirePrint: string;
  #readAt: number;
  #reloadedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Connection> | null = null;

  /**
   * Loads the configuration and gets the first credentials, so that a credential plugin runs once,
   * not once for each of the first requests. Throws a Failure `invalid` or `unauthorized`.
   */
  static async open(source: ConfigSource, clock: Clock): Promise<Access> {
    const config = loadConfig(source);
    return new Access({ source, clock, config, credentials: await credentialsOf(config) });
  }

  private constructor(first: {
    readonly source: ConfigSource;
    readonly clock: Clock;
    readonly config: LoadedConfig;
    readonly credentials: Credentials;
  }) {
    this.#source = first.source;
    this.#clock = first.clock;
    this.#config = first.config;
    this.#connection = connectionOf(first.config, first.credentials);
    this.#wire = first.credentials.wire;
    this.#wirePrint = first.credentials.wirePrint;
    this.#readAt = first.clock.elapsed();
  }

  /** Namespace that the flag, the context or the pod chose. */
  get namespace(): string {
    return this.#config.namespace;
  }

  /** Name of the context, and the address; for messages and `version`. */
  get describes(): { readonly context: string; readonly server: string; readonly origin: string } {
    const { context, cluster, origin } = this.#config;
    return { context, server: cluster.server, origin };
  }

  /** The connection to use now, read again first if it is due. Keeps the old one if reading fails. */
  async connection(): Promise<Connection> {
    const lastsMs = this.#config.hasPlugin ? pluginLastsMs : credentialsLastMs;
    if (this.#clock.elapsed() - this.#readAt < lastsMs) return this.#connection;
    // With a plugin, the loaded configuration holds its cached answer; without, the files are all there is.
    return this.#read(!this.#config.hasPlugin).catch(() => this.#connection);
  }

  /**
   * Called after the server refused `used` (401), or when no connection came about, which may mean that a CA
   * or a client certificate is out of date. Reads everything again, a plugin's answer too after a 401, and
   * returns what to try once more with. Null when there is nothing new: that was done a moment ago, or
   * failed.
   */
  async renew(used: Connection, isRefused: boolean): Promise<Connection | null> {
    if (this.#reading !== null) return this.#reading.catch(() => null);
    if (used !== this.#connection) return this.#connection;
    // A server that is down must not make us run a plugin every two seconds.
    if (!isRefused && this.#config.hasPlugin) return null;
    if (this.#clock.elapsed() - this.#reloadedAt < reloadGapMs) return null;
    this.#reloadedAt = this.#clock.elapsed();
    return this.#read(true).catch(() => null);
  }

  /**
   * Called when nothing was heard on `used` for as long as a call may take. Perhaps the server is slow,
   * perhaps the network dropped the connection without a word, which TCP notices after a quarter of an hour:
   * from now on calls of that kind go over new connections.
   */
  suspect(used: Connection, kind: 'requests' | 'watches'): void {
    const silent = this.#connection[kind];
    if (used[kind] !== silent) return;
    this.#connection = { ...this.#connection, [kind]: openWire(this.#wire, kind) };
    retireWire(silent, this.#clock);
  }

  /** Cuts all connections; requests under way end in a Failure `transient`. */
  async close(): Promise<void> {
    await Promise.all([this.#connection.requests.destroy(), this.#connection.watches.destroy()]);
  }

  #read(reload: boolean): Promise<Connection> {
    this.#reading ??= this.#readOnce(reload).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOnce(reload: boolean): Promise<Connection> {
    // Also when it fails: the next attempt is due a minute later, or with the next refusal.
    this.#readAt = this.#clock.elapsed();
    const config = reload ? loadConfig(this.#source) : this.#config;
    const credentials = await credentialsOf(config);
    const old = this.#connection;
    const same = credentials.wirePrint === this.#wirePrint;
    this.#connection = same ? { ...old, headers: credentials.headers } : connectionOf(config, credentials);
    this.#config = config;
    this.#wire = credentials.wire;
    this.#wirePrint = credentials.wirePrint;
    if (!same) for (const kind of kinds) retireWire(old[kind], this.#clock);
    return this.#connection;
  }
}

const kinds = ['requests', 'watches'] as const;

function connectionOf(config: LoadedConfig, credentials: Credentials): OpenConnection {
  const url = new URL(config.cluster.server);
  return {
    origin: url.origin,
    basePath: url.pathname.replace(/\/+$/, ''),
    headers: credentials.headers,
    requests: openWire(credentials.wire, 'requests'),
    watches: openWire(credentials.wire, 'watches'),
  };
}

async function credentialsOf(config: LoadedConfig): Promise<Credentials> {
  const options: RequestOptions & { servername?: string } = {};
  try {
    await config.kube.applyToHTTPSOptions(options);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new Failure('unauthorized', `kube: credentials of ${config.origin}: ${text}`, {}, cause);
  }
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
  const basic = options.auth;
  if (basic) headers['Authorization'] = `Basic ${Buffer.from(basic).toString('base64')}`;
  Object.assign(headers, impersonationHeaders(config.impersonation));
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  const given = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized };
  const tls = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { server, proxyUrl } = config.cluster;
  // undici joins a repeated header with commas over HTTP/2, and a group name may hold a comma. HTTP/1 repeats
  // it.
  const repeats = Object.values(headers).some((value) => Array.isArray(value) && value.length > 1);
  const wire = { tls, proxyUrl: proxyUrl ?? null, allowH2: !repeats };
  return { headers, wire, wirePrint: digest([server, wire]) };
}

/** Keys are not kept in memory a second time. */
function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}

/** Source: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
function impersonationHeaders(who: Impersonation | null): Record<string, string | string[]> {
  if (who === null) return {};
  const headers: Record<string, string | string[]> = { 'Impersonate-User': who.user };
  if (who.groups.length > 0) headers['Impersonate-Group'] = [...who.groups];
  if (who.uid !== null) headers['Impersonate-Uid'] = who.uid;
  for (const [key, values] of Object.entries(who.extra)) {
    headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = [...values];
  }
  return headers;
}
