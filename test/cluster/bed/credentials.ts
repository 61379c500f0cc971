import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those who may call the API server of a bed. */
export const PEOPLE = ['admin', 'controller', 'user', 'kubelet', 'controller-manager'] as const;

/** One of them. `controller` is the controller under test. */
export type Who = (typeof PEOPLE)[number];

/** The user name of the controller under test, as a cluster would give it to its ServiceAccount. */
export const CONTROLLER_USER = 'system:serviceaccount:sluice:sluice';

/** A token for each. */
export type Tokens = Readonly<Record<Who, string>>;

// Name and groups as the API server sees them. All but the controller are free of RBAC and of fair queueing.
const IDENTITIES: Readonly<Record<Who, readonly [name: string, groups: readonly string[]]>> = {
  admin: ['admin', ['system:masters']],
  controller: [
    CONTROLLER_USER,
    ['system:serviceaccounts', 'system:serviceaccounts:sluice', 'system:authenticated'],
  ],
  user: ['user', ['system:masters']],
  kubelet: ['system:node:fake', ['system:masters']],
  'controller-manager': ['system:kube-controller-manager', ['system:masters']],
};

/** Fresh random tokens. */
export function makeTokens(): Tokens {
  const token = () => randomBytes(16).toString('hex');
  return {
    admin: token(),
    controller: token(),
    user: token(),
    kubelet: token(),
    'controller-manager': token(),
  };
}

/** The text of the API server's token file. */
export function tokenFile(tokens: Tokens): string {
  const line = (who: Who) => {
    const [name, groups] = IDENTITIES[who];
    return `${tokens[who]},${name},${name},"${groups.join(',')}"\n`;
  };
  return PEOPLE.map(line).join('');
}

/** Writes the key pair that signs the tokens of ServiceAccounts; returns the paths. */
export function writeServiceAccountKeys(folder: string): {
  readonly privateKey: string;
  readonly publicKey: string;
} {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const paths = { privateKey: join(folder, 'sa.key'), publicKey: join(folder, 'sa.pub') };
  writeFileSync(paths.privateKey, pair.privateKey, { mode: 0o600 });
  writeFileSync(paths.publicKey, pair.publicKey);
  return paths;
}

/** The text of a kubeconfig. JSON is YAML, so there is nothing to quote. */
export function kubeconfig(server: string, caFile: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bed', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'me', user: { token } }],
    contexts: [{ name: 'bed', context: { cluster: 'bed', user: 'me', namespace: 'default' } }],
    'current-context': 'bed',
  });
}

/** The audit policy: every request of the controller under test, once, without bodies; nothing else. */
export function auditPolicy(): string {
  return JSON.stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived', 'ResponseStarted'],
    rules: [{ level: 'Metadata', users: [CONTROLLER_USER] }, { level: 'None' }],
  });
}
