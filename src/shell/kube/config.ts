import { accessSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { Failure } from './failure.ts';

/** Acting as somebody else; needs the `impersonate` verb. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string | null;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Where to look for the cluster and what to override; the fields are kubectl's global flags. */
export interface ConfigSource {
  /** Path of a kubeconfig. Without it: KUBECONFIG, then ~/.kube/config, then the pod's service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly server?: string;
  readonly token?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  readonly certificateAuthority?: string;
  readonly impersonate?: Impersonation;
  /** Environment, by default the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Prefix of `/var/run/secrets/kubernetes.io/serviceaccount`, for tests. */
  readonly podRoot?: string;
}

/** One cluster and one user, ready for use. */
export interface LoadedConfig {
  readonly kube: KubeConfig;
  readonly cluster: Cluster;
  readonly impersonation: Impersonation | null;
  /** Namespace of the flag, the context or the pod; `default` if none says. */
  readonly namespace: string;
  /** Name of the context in use, and where it was found; for messages. */
  readonly context: string;
  readonly origin: string;
  /**
   * Whether a program or an identity provider hands out the credentials: loading again would run it again.
   */
  readonly hasPlugin: boolean;
}

/**
 * Reads the configuration from its files. Synchronous, runs no credential plugin, opens no connection.
 * Throws a Failure `invalid` that names the file when there is none, or none that can be used.
 */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const found = findConfig(source);
  try {
    return choose(found, source);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('invalid', `kube: ${found.origin}: ${messageOf(cause)}`, {}, cause);
  }
}

/** What a kubeconfig says about a user that client-node does not read. */
interface UserExtras {
  readonly tokenFile?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
}

interface Found {
  readonly kube: KubeConfig;
  readonly extras: ReadonlyMap<string, UserExtras>;
  readonly origin: string;
}

function findConfig(source: ConfigSource): Found {
  const env = source.env ?? process.env;
  if (source.kubeconfig !== undefined)
    return fromFiles([source.kubeconfig], `kubeconfig ${source.kubeconfig}`);
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const existing = listed.filter(exists);
  if (existing.length > 0) return fromFiles(existing, `KUBECONFIG ${existing.join(delimiter)}`);
  const home = join(env['HOME'] ?? homedir(), '.kube', 'config');
  if (listed.length === 0 && exists(home)) return fromFiles([home], `kubeconfig ${home}`);
  const podRoot = source.podRoot ?? '';
  const token = `${podRoot}/var/run/secrets/kubernetes.io/serviceaccount/token`;
  if (exists(token) && env['KUBERNETES_SERVICE_HOST'] !== undefined) return fromPod(podRoot, env);
  if (source.server !== undefined)
    return { kube: bare(source.server), extras: new Map(), origin: '--server' };
  const tried = listed.length > 0 ? `KUBECONFIG ${listed.join(delimiter)}` : home;
  throw new Failure(
    'invalid',
    `kube: no cluster to talk to: found neither ${tried} nor a pod's service account`,
  );
}

/** Several files are one, and of two entries with one name the first counts, as in kubectl. */
function fromFiles(paths: readonly string[], origin: string): Found {
  const kube = new KubeConfig();
  const extras = new Map<string, UserExtras>();
  for (const path of paths) {
    try {
      const text = readFileSync(path, 'utf8');
      addFile({ kube, extras, text, folder: dirname(path) });
    } catch (cause) {
      throw new Failure('invalid', `kube: kubeconfig ${path}: ${messageOf(cause)}`, {}, cause);
    }
  }
  return { kube, extras, origin };
}

function addFile(file: {
  readonly kube: KubeConfig;
  readonly extras: Map<string, UserExtras>;
  readonly text: string;
  readonly folder: string;
}): void {
  const { kube, extras, text, folder } = file;
  const one = new KubeConfig();
  one.loadFromString(text);
  one.makePathsAbsolute(folder);
  const raw = parse(text) as { users?: readonly { name: string; user?: UserExtras }[] } | null;
  for (const { name, user } of raw?.users ?? []) {
    if (user === undefined || user === null || extras.has(name)) continue;
    const { tokenFile } = user;
    extras.set(name, tokenFile === undefined ? user : { ...user, tokenFile: inFolder(folder, tokenFile) });
  }
  const users = one.users.map((user) => withPluginFolder(user, folder));
  kube.clusters.push(
    ...one.clusters.filter((added) => !kube.clusters.some((had) => had.name === added.name)),
  );
  kube.users.push(...users.filter((added) => !kube.users.some((had) => had.name === added.name)));
  kube.contexts.push(
    ...one.contexts.filter((added) => !kube.contexts.some((had) => had.name === added.name)),
  );
  if (kube.currentContext === undefined || kube.currentContext === '')
    kube.setCurrentContext(one.currentContext);
}

/** A plugin's command with a slash in it is relative to the kubeconfig, not to the working directory. */
function withPluginFolder(user: User, folder: string): User {
  const command: unknown = user.exec?.command;
  if (typeof command !== 'string' || !command.includes('/')) return user;
  return { ...user, exec: { ...user.exec, command: inFolder(folder, command) } };
}

function fromPod(podRoot: string, env: NonNullable<ConfigSource['env']>): Found {
  const kube = new KubeConfig();
  kube.loadFromCluster(podRoot);
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`;
  kube.clusters = kube.clusters.map((cluster) => ({ ...cluster, server }));
  return { kube, extras: new Map(), origin: 'service account of this pod' };
}

function bare(server: string): KubeConfig {
  const kube = new KubeConfig();
  kube.loadFromClusterAndUser({ name: 'flags', server, skipTLSVerify: false }, { name: 'flags' });
  return kube;
}

function choose({ kube, extras, origin }: Found, source: ConfigSource): LoadedConfig {
  const name = source.context ?? kube.getCurrentContext();
  const context = kube.getContextObject(name);
  if (context === null && (source.cluster === undefined || source.user === undefined)) {
    throw new Failure('invalid', `kube: ${origin}: no context ${JSON.stringify(name ?? '')}`);
  }
  const clusterName = source.cluster ?? context?.cluster ?? '';
  const userName = source.user ?? context?.user ?? '';
  const cluster = kube.getCluster(clusterName);
  if (cluster === null)
    throw new Failure('invalid', `kube: ${origin}: no cluster ${JSON.stringify(clusterName)}`);
  const user = kube.getUser(userName) ?? { name: userName };
  const chosen = chosenCluster(cluster, source);
  const extra = extras.get(userName) ?? {};
  const chosenBy = chosenUser({ user, extra, cluster: chosen, source });
  const made = new KubeConfig();
  made.loadFromClusterAndUser(chosen, chosenBy);
  return {
    kube: made,
    cluster: chosen,
    impersonation: source.impersonate ?? impersonationOf(extra),
    namespace: source.namespace ?? (context?.namespace?.trim() || 'default'),
    context: name ?? '',
    origin,
    hasPlugin: isPlugin(chosenBy),
  };
}

function chosenCluster(cluster: Cluster, source: ConfigSource): Cluster {
  const server = (source.server ?? cluster.server).replace(/\/+$/, '');
  const skip = source.insecureSkipTlsVerify ?? cluster.skipTLSVerify ?? false;
  const { caData, ...rest } = cluster;
  const ca =
    source.certificateAuthority === undefined
      ? caData === undefined
        ? {}
        : { caData }
      : { caFile: source.certificateAuthority };
  return {
    ...rest,
    ...ca,
    server,
    ...(source.tlsServerName === undefined ? {} : { tlsServerName: source.tlsServerName }),
    // client-node refuses plain http unless told that nothing is to be verified, and there is nothing to
    // verify.
    skipTLSVerify: skip || server.startsWith('http:'),
  };
}

function chosenUser(choice: {
  readonly user: User;
  readonly extra: UserExtras;
  readonly cluster: Cluster;
  readonly source: ConfigSource;
}): User {
  const { extra, cluster, source } = choice;
  // Impersonation is ours to do, as client-node knows the user name only.
  const { impersonateUser: _, token, ...user } = choice.user;
  if (source.token !== undefined) return { name: user.name, token: source.token };
  if (extra.tokenFile !== undefined) {
    return { ...user, authProvider: { name: 'tokenFile', config: { tokenFile: extra.tokenFile } } };
  }
  const kept: User = { ...user, ...(token === undefined ? {} : { token: token.trim() }) };
  if (!kept.exec) return kept;
  const info = { name: 'KUBERNETES_EXEC_INFO', value: execInfo(kept.exec, cluster) };
  return { ...kept, exec: { ...kept.exec, env: [...(kept.exec.env ?? []), info] } };
}

/** What a credential plugin expects to find in its environment; client-node does not set it. */
function execInfo(exec: { apiVersion?: string; provideClusterInfo?: boolean }, cluster: Cluster): string {
  const described = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify,
    'certificate-authority-data': cluster.caData,
  };
  return JSON.stringify({
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo === true ? { cluster: described } : {}) },
  });
}

function impersonationOf(extra: UserExtras): Impersonation | null {
  if (extra.as === undefined) return null;
  return {
    user: extra.as,
    groups: extra['as-groups'] ?? [],
    uid: extra['as-uid'] ?? null,
    extra: extra['as-user-extra'] ?? {},
  };
}

function isPlugin(user: User): boolean {
  if (user.exec) return true;
  const provider: unknown = user.authProvider?.name;
  return provider !== undefined && provider !== 'tokenFile';
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

function inFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
