import { readFileSync } from 'node:fs';
import type { AnalysisRunSpec } from '../../../api/analysis.ts';
import { resources } from '../../../api/resources.ts';
import { secretArguments } from '../../../core/analysis/resolve.ts';
import type { Api } from '../../../shell/kube/api.ts';
import { Failure } from '../../../shell/kube/failure.ts';
import type { KubeObject } from '../../../shell/kube/object.ts';
import type { Io } from '../../io.ts';
import { Refusal } from '../../refusal.ts';
import type { Access } from './access.ts';

/** A key of a Secret, and its value from this machine. */
export interface GivenSecret {
  /** Null: of any namespace. */
  readonly namespace: string | null;
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

const SPELLING = /^(?:([^/=]+)\/)?([^/=]+)\/([^/=]+)=(env|file):(.+)$/;

/**
 * Reads `[NAMESPACE/]NAME/KEY=env:VARIABLE` and `...=file:PATH`. One line end at the end of a file is no part
 * of the value. Nothing that a Refusal says holds a value.
 */
export function readSecret(io: Pick<Io, 'env'>, text: string): GivenSecret {
  const [, namespace = null, name = '', key = '', kind, from = ''] = SPELLING.exec(text) ?? [];
  // What stands there may be the secret itself.
  if (kind === undefined)
    throw new Refusal('--secret: must be of the form NAME/KEY=env:VARIABLE or NAME/KEY=file:PATH');
  const value = kind === 'env' ? variable(io, from) : contentOf(from);
  return { namespace, name, key, value };
}

function variable({ env }: Pick<Io, 'env'>, name: string): string {
  const value = env[name];
  if (value === undefined) throw new Refusal(`--secret: there is no environment variable ${name}`);
  return value;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Refusal(`--secret: ${path} cannot be read (${code})`);
  }
}

/**
 * Where measurements read Secrets: those that are given, and others from the cluster where it is named. Of a
 * Secret that is given the cluster is not asked at all.
 */
export function secretReader(given: readonly GivenSecret[], access: Access): Pick<Api, 'get'> {
  const get: Api['get'] = async <T extends KubeObject>(...args: Parameters<Api['get']>): Promise<T> => {
    const [resource, place, options] = args;
    const mine = given.filter(
      ({ namespace, name }) => name === place.name && (namespace ?? place.namespace) === place.namespace,
    );
    if (resource === resources.secrets && mine.length > 0) return secretOf(mine) as KubeObject as T;
    if (access.isWanted) return (await access.open()).api.get<T>(resource, place, options);
    throw new Failure('missing', `secrets "${place.name}" not found`);
  };
  return { get };
}

function secretOf(given: readonly GivenSecret[]) {
  const data = given.map(({ key, value }) => [key, Buffer.from(value, 'utf8').toString('base64')] as const);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: given[0]?.name ?? '', resourceVersion: '0' },
    data: Object.fromEntries(data),
  };
}

/** Throws a Refusal where arguments are in Secrets that nobody has given and no cluster is named. */
export function refuseUnknownSecrets(
  spec: AnalysisRunSpec,
  given: readonly GivenSecret[],
  access: Pick<Access, 'isWanted'>,
): void {
  if (access.isWanted) return;
  const lacking = secretArguments(spec).filter(
    ({ ref }) => !given.some(({ name, key }) => name === ref.name && key === ref.key),
  );
  if (lacking.length === 0) return;
  const lines = lacking.map(
    ({ name, ref }) =>
      `the argument "${name}" is in Secret ${ref.name}, key ${ref.key}: ` +
      `say --secret ${ref.name}/${ref.key}=env:VARIABLE or name a cluster, for example with --context`,
  );
  throw new Refusal(lines.join('\n'));
}
