import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { isObject } from '../../api/path.ts';
import type { ConfigSource } from '../../shell/kube/config.ts';

/** How to reach a cluster whose kubeconfig holds no surprises. */
export interface PlainConfig {
  /** Without a slash at its end. */
  readonly server: string;
  readonly namespace: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: SecureContextOptions & {
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
}

/** Everything that is understood here. A kubeconfig with anything else is for the whole client. */
const CLUSTER = [
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
  'extensions',
];
const USER = [
  'token',
  'tokenFile',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
];
const FLAGS = ['kubeconfig', 'context', 'namespace', 'env'];

/**
 * Reads the plain case: one kubeconfig file, a token or a client certificate, no plugin, no proxy, no
 * impersonation. Null in every other case, and where something is missing or cannot be read: then the whole
 * client decides, so that there is one place that knows the rules and tells the errors.
 */
export async function readPlainConfig(source: ConfigSource): Promise<PlainConfig | null> {
  if (Object.keys(source).some((flag) => !FLAGS.includes(flag))) return null;
  const file = onlyFile(source);
  if (file === null) return null;
  try {
    return plainConfig(await parsed(readFileSync(file, 'utf8')), dirname(file), source);
  } catch {
    return null;
  }
}

function onlyFile({ kubeconfig, env = process.env }: ConfigSource): string | null {
  if (kubeconfig !== undefined) return kubeconfig;
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 1) return null;
  const file = listed[0] ?? join(env['HOME'] ?? homedir(), '.kube', 'config');
  return existsSync(file) ? file : null;
}

/** JSON is YAML too, and the reader of YAML need not be loaded for it. */
async function parsed(text: string): Promise<unknown> {
  return text.trimStart().startsWith('{') ? JSON.parse(text) : (await import('yaml')).parse(text);
}

function plainConfig(config: unknown, folder: string, source: ConfigSource): PlainConfig | null {
  if (!isObject(config)) return null;
  const context = named(config['contexts'], source.context ?? config['current-context'], 'context');
  const cluster = named(config['clusters'], context?.['cluster'], 'cluster');
  const user = named(config['users'], context?.['user'], 'user');
  if (context === null || cluster === null || user === null) return null;
  if (!holdsOnly(cluster, CLUSTER) || !holdsOnly(user, USER)) return null;
  const server = textOf(cluster['server'])?.replace(/\/+$/, '');
  if (server === undefined || !/^https?:\/\//.test(server)) return null;
  const token = tokenOf(user, folder);
  return {
    server,
    namespace: source.namespace ?? (textOf(context['namespace'])?.trim() || 'default'),
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    tls: tlsOf(cluster, user, folder),
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** A member of a list of `{name, <kind>: {...}}`; of two with one name, it is not for us to say which. */
function named(list: unknown, name: unknown, kind: string): Fields | null {
  if (!Array.isArray(list) || typeof name !== 'string') return null;
  const found = list.filter((member) => isObject(member) && member['name'] === name);
  const fields = found.length === 1 ? (found[0] as Fields)[kind] : null;
  return isObject(fields) ? fields : null;
}

function holdsOnly(fields: Fields, known: readonly string[]): boolean {
  return Object.keys(fields).every((field) => known.includes(field));
}

function tokenOf(user: Fields, folder: string): string | null {
  const file = textOf(user['tokenFile']);
  const token = file === undefined ? textOf(user['token']) : readFileSync(inFolder(folder, file), 'utf8');
  return token === undefined ? null : token.trim();
}

function tlsOf(cluster: Fields, user: Fields, folder: string): PlainConfig['tls'] {
  const ca = bytesOf(cluster, 'certificate-authority', folder);
  const cert = bytesOf(user, 'client-certificate', folder);
  const key = bytesOf(user, 'client-key', folder);
  const servername = textOf(cluster['tls-server-name']);
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
}

/** The bytes that stand in `<field>-data`, or in the file that `field` names. Throws where both are given. */
function bytesOf(fields: Fields, field: string, folder: string): Buffer | null {
  const data = textOf(fields[`${field}-data`]);
  const file = textOf(fields[field]);
  if (data !== undefined && file !== undefined) throw new Error('not plain: which one counts?');
  if (data !== undefined) return Buffer.from(data, 'base64');
  return file === undefined ? null : readFileSync(inFolder(folder, file));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function inFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
