import { execFile } from 'node:child_process';

/** How a program is run. */
export interface RunOptions {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** It is killed after so long. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** How a program ended. */
export type Ran =
  | { readonly kind: 'done'; readonly out: string }
  | { readonly kind: 'missing' }
  /** `words` is what it said, at most some lines. */
  | { readonly kind: 'failed'; readonly words: string };

/** Of what a program prints. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end, without a shell. Its output is bounded, and so is its time. Never rejects. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { env, cwd, timeoutMs, signal } = options;
  return new Promise((settle) => {
    const settings = {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: MOST_BYTES,
      encoding: 'utf8' as const,
    };
    execFile(program, [...args], settings, (error, out, words) => {
      if (error === null) settle({ kind: 'done', out });
      else if (error.code === 'ENOENT') settle({ kind: 'missing' });
      else settle({ kind: 'failed', words: wordsOf(error, words, timeoutMs) });
    }).stdin?.end();
  });
}

function wordsOf(error: Error & { killed?: boolean }, said: string, timeoutMs: number): string {
  if (error.name === 'AbortError') return 'given up';
  if (error.killed === true) return `no end after ${Math.round(timeoutMs / 1000)} s`;
  const text = said.trim();
  return text === '' ? error.message : text.split('\n').slice(-5).join('\n').slice(0, 1000);
}

/** What programs need of the surroundings, and no more: no keys of clouds, no other program's settings. */
const PASSED_ON = [
  'PATH',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'GIT_ASKPASS',
  'GIT_SSH_COMMAND',
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
];

/**
 * An environment for programs: what they need of `env`, a home that is none of the user's, and git without
 * questions and without the settings of user and machine.
 */
export function surroundings(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Readonly<Record<string, string | undefined>> {
  const passed = PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=10',
    ...Object.fromEntries(passed),
  };
}
