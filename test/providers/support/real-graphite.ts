import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nowhere } from './server.ts';

/** A real Graphite without data of its own: its functions make them. */
export interface RealGraphite extends AsyncDisposable {
  readonly url: string;
}

const find = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("graphite.render") is None)';

/** Graphite's settings want a module beside them; everything else is what the package brings. */
const run = `
import os, sys, types
from wsgiref.simple_server import make_server
folder, port = sys.argv[1], int(sys.argv[2])
os.mkdir(folder + '/log')
settings = types.ModuleType('graphite.local_settings')
settings.__dict__.update(
    SECRET_KEY='of a test', ALLOWED_HOSTS=['*'], STORAGE_DIR=folder, WHISPER_DIR=folder,
    LOG_DIR=folder + '/log', INDEX_FILE=folder + '/index',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': folder + '/db'}})
sys.modules['graphite.local_settings'] = settings
os.environ['GRAPHITE_STORAGE_DIR'] = folder
os.environ['DJANGO_SETTINGS_MODULE'] = 'graphite.settings'
from graphite.wsgi import application
make_server('127.0.0.1', port, application).serve_forever()
`;

/** Debian's packages are for Debian's Python; the one on the PATH may be another. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** A Python that has Graphite (the package `graphite-web`, or a folder in `PYTHONPATH`); null without one. */
export function findGraphite(): string | null {
  return PYTHONS.find((python) => spawnSync(python, ['-c', find]).status === 0) ?? null;
}

/**
 * Starts it on a free port and waits until it answers, at most 60 seconds. Throws when there is no Python that
 * has it.
 */
export async function startGraphite(python: string | null): Promise<RealGraphite> {
  if (python === null) throw new Error('graphite-web is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'graphite-'));
  const url = await nowhere();
  const child = spawn(python, ['-c', run, folder, new URL(url).port], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = AbortSignal.timeout(60_000);
  while (!(await isReady(url))) {
    if (deadline.aborted || child.exitCode !== null) {
      await stop();
      throw new Error('Graphite did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/render?format=json`)).ok;
  } catch {
    return false;
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
