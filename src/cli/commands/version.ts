import { COMMIT, VERSION } from '../../version.ts';
import type { ClusterFlags } from '../flags.ts';
import type { Io } from '../io.ts';
import { say } from '../lines.ts';

/** `version [--short] [--client]`: the versions of this program and of the cluster. */
export async function version(
  io: Io,
  flags: ClusterFlags,
  options: { readonly short?: boolean; readonly client?: boolean },
): Promise<number> {
  say(io.out, `kubectl-sluice: v${VERSION}`);
  if (options.short === true) return 0;
  if (COMMIT !== '') say(io.out, `  Commit: ${COMMIT}`);
  say(io.out, `  Node.js: ${process.version}`, `  Platform: ${process.platform}/${process.arch}`);
  if (options.client === true) return 0;
  const cluster = await io.connect(flags, 'calls');
  try {
    const server = (await cluster.api.getPath('/version')) as { readonly gitVersion?: string };
    say(io.out, `Kubernetes: ${server.gitVersion ?? 'unknown'}`, `  Server: ${cluster.server}`);
    return 0;
  } finally {
    await cluster.close();
  }
}
