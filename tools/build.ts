import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * `npm run build`: the controller and the plugin for kubectl, in dist/. Both run on Node alone: nothing of
 * node_modules is needed beside them.
 */

const ROOT = join(import.meta.dirname, '..');

/**
 * client-node does not say that its modules have no side effects, so a bundler keeps the models of the whole
 * Kubernetes API. Of its modules only a polyfill for Node 18 has any. Saves 3 MB and 100 ms of each start.
 */
const clientNode: Plugin = {
  name: 'client-node-has-no-side-effects',
  setup(bundler) {
    bundler.onResolve({ filter: /./ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === clientNode.name) return;
      const isOurs = path.startsWith('@kubernetes/client-node');
      if (!isOurs && !rest.importer.includes('@kubernetes/client-node')) return;
      const found = await bundler.resolve(path, { ...rest, pluginData: clientNode.name });
      const sideEffects = found.sideEffects && !found.path.includes('@kubernetes/client-node');
      return { path: found.path, external: found.external, namespace: found.namespace, sideEffects };
    });
  },
};

const common: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node26',
  define: { SLUICE_COMMIT: JSON.stringify(commit()) },
  plugins: [clientNode],
  // Not minified, so that stack traces can be read: half the size made no difference to the time of a start
  // (180 ms) or to memory, while reading a source map cost 57 MB.
  minify: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/** The commit that is built, with a plus where the checkout has changes; empty outside of a checkout. */
function commit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed}`;
  } catch {
    return process.env['SLUICE_COMMIT'] ?? '';
  }
}

/** Packages that are CommonJS ask for `require`, which a module does not have. */
const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The plugin runs on the Node that its user has. What is too old would only tell of a syntax error. */
const OLDEST_NODE = 24;
const LOADER = `if (Number(process.versions.node.split('.')[0]) >= ${OLDEST_NODE}) import('./kubectl-sluice/main.mjs');
else {
  console.error('kubectl-sluice needs Node ${OLDEST_NODE} or later, and this is ' + process.version);
  process.exitCode = 1;
}
`;

/** The controller, one file: `node sluice.mjs --help`. */
async function controller(folder: string): Promise<void> {
  const outfile = join(folder, 'sluice.mjs');
  await build({ ...common, entryPoints: ['src/main.ts'], outfile, format: 'esm', banner: { js } });
}

/**
 * The plugin for kubectl: `kubectl-sluice.cjs` to be linked to, and beside it a folder of parts that are loaded when
 * they are needed. One file would take longer to load, and its lazy parts would lose what bundlers leave out.
 */
async function plugin(folder: string): Promise<void> {
  await build({
    ...common,
    target: `node${OLDEST_NODE}`,
    entryPoints: { main: 'src/cli/kubectl-sluice.ts' },
    outdir: join(folder, 'kubectl-sluice'),
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    splitting: true,
    format: 'esm',
    banner: { js },
  });
  // The demo's cluster is to know our kinds.
  cpSync(join(ROOT, 'crds'), join(folder, 'kubectl-sluice', 'crds'), { recursive: true });
  const file = join(folder, 'kubectl-sluice.cjs');
  writeFileSync(file, `#!/usr/bin/env node\n${LOADER}`);
  chmodSync(file, 0o755);
}

/** Builds into a folder, dist/ by default; what was in it is gone. */
async function main(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await Promise.all([controller(folder), plugin(folder)]);
  for (const name of ['sluice.mjs', 'kubectl-sluice.cjs']) {
    const kib = Math.ceil(statSync(join(folder, name)).size / 1024);
    process.stdout.write(`${join(relative(process.cwd(), folder), name)}  ${kib} KiB\n`);
  }
}

await main(resolve(process.argv[2] ?? join(ROOT, 'dist')));
