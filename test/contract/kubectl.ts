import { spawn } from 'node:child_process';

/** How a run of kubectl ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

const PATIENCE_MS = 60_000;

/** Runs the kubectl that is on the PATH; `input` is its standard input, `env` comes on top of ours. */
export function runKubectl(
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: PATIENCE_MS,
    });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, out, errors }));
    // It may end without reading anything.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** What chance, the clock and the width of a column made of a line. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`-${SAFE}{8,10}-${SAFE}{5}\\b`, 'g'), '-<hash>-<x>'],
  [new RegExp(`-${SAFE}{8,10}\\b`, 'g'), '-<hash>'],
  [/\b\d+(\.\d+)?(ms|s|m|h|m\d+s)\b/g, '<age>'],
  [/https:\/\/127\.0\.0\.1:\d+/g, '<server>'],
  [/ {2,}/g, '  '],
  [/ +$/g, ''],
];

/** The lines of an output without what differs from run to run, and how often it waited. */
export function printed(output: string): readonly string[] {
  const lines = output
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !line.startsWith('Waiting for deployment'));
  const plain = lines.map((line) =>
    PATTERNS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line),
  );
  // Faults of a custom resource come in an order of chance.
  const faults = plain.filter((line) => line.startsWith('* ')).sort();
  return plain.map((line) => (line.startsWith('* ') ? (faults.shift() ?? '') : line));
}
