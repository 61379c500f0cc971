import type { Command } from 'commander';
import { parseDuration } from '../api/duration.ts';
import type { ConfigSource } from '../shell/kube/config.ts';
import { Refusal } from './refusal.ts';

/** Which cluster, as whom, and how patiently: the flags that kubectl has too. */
export interface ClusterFlags {
  readonly config: ConfigSource;
  /** Deadline of each request; null: none of our own asking. */
  readonly timeoutMs: number | null;
}

/** The flags as the parser leaves them. */
export interface GivenFlags {
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
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly asUid?: string;
  readonly requestTimeout?: string;
}

/** Declares kubectl's global flags. Those that have no meaning here are accepted and not shown. */
export function declareClusterFlags(program: Command): void {
  program
    .option('-n, --namespace <name>', 'namespace; default: that of the context')
    .option('--context <name>', 'context of the kubeconfig to use')
    .option('--cluster <name>', 'cluster of the kubeconfig to use')
    .option('--user <name>', 'user of the kubeconfig to use')
    .option('--kubeconfig <file>', 'kubeconfig to read; default: $KUBECONFIG, then ~/.kube/config')
    .option('-s, --server <url>', 'address of the API server')
    .option('--token <token>', 'bearer token')
    .option('--as <user>', 'act as this user')
    .option('--as-group <group>', 'act as a member of this group; may be repeated', repeated, [])
    .option('--as-uid <uid>', 'act as the user with this uid')
    .option('--certificate-authority <file>', 'certificate of the authority that signed for the API server')
    .option('--tls-server-name <name>', 'name to look for in the certificate of the API server')
    .option('--insecure-skip-tls-verify', 'do not verify the certificate of the API server')
    .option('--request-timeout <duration>', 'deadline of each request, such as 10s; 0: none', '0');
  // Scripts written for other plugins give these.
  for (const flags of ['--cache-dir <folder>', '--loglevel <level>', '-v, --kloglevel <level>'])
    program.addOption(program.createOption(flags).hideHelp());
  program.addOption(program.createOption('--disable-compression').hideHelp());
}

/** What the flags say. Throws a Refusal where one cannot be read. */
export function clusterFlags(given: GivenFlags): ClusterFlags {
  const { as, asGroup = [], asUid, requestTimeout = '0', ...rest } = given;
  if (as === undefined && (asGroup.length > 0 || asUid !== undefined))
    throw new Refusal('--as-group and --as-uid need --as');
  const impersonate =
    as === undefined ? {} : { impersonate: { user: as, groups: asGroup, uid: asUid ?? null, extra: {} } };
  return { config: { ...known(rest), ...impersonate }, timeoutMs: timeout(requestTimeout) };
}

function known(given: GivenFlags): ConfigSource {
  const { kubeconfig, context, cluster, user, namespace, server, token } = given;
  const { insecureSkipTlsVerify, tlsServerName, certificateAuthority } = given;
  const place = { kubeconfig, context, cluster, user, namespace, server, token };
  const config = { ...place, insecureSkipTlsVerify, tlsServerName, certificateAuthority };
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function timeout(text: string): number | null {
  const ms = /^[0-9]+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === null || ms < 0) throw new Refusal(`--request-timeout: ${text} is not a duration such as 10s`);
  return ms === 0 ? null : ms;
}

/** Collects the values of an option that may be given several times. */
export function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
