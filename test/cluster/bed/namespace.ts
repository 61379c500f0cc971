import { spawnSync } from 'node:child_process';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

// Every address of 10.0.0.0/8 becomes local, so that any number of pods can have one without being
// configured.
const SET_UP = 'ip link set lo up && ip route add local 10.0.0.0/8 dev lo && exec "$@"';

/**
 * Wraps a command so that it runs in a network namespace of its own: loopback only, all of 10.0.0.0/8 local.
 * It needs no root where the system allows user namespaces. The command ends when the wrapper is killed.
 */
export function inNamespace(command: readonly string[]): Command {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', '--net', ...user, '--fork', '--kill-child', 'sh', '-c', SET_UP, 'sh', ...command];
}

/** Why no network namespace can be had here, in one sentence; null when it can. */
export function missingNamespace(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are there on Linux only';
  const [program, ...args] = inNamespace(['true']);
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const { status, stderr, error } = spawnSync(program, args, { env, encoding: 'utf8' });
  if (status === 0) return null;
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  return `no network namespace can be made (unshare of util-linux, ip of iproute2): ${why}`;
}
