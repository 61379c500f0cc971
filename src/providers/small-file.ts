import { open } from 'node:fs/promises';

/** Tokens and profiles are a few lines. */
const mostBytes = 64 * 1024;

/** What a file came to. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Reads a small file that the controller's environment names. Never a file that a metric names: whoever
 * writes metrics must not read the controller's files. Never rejects.
 */
export async function readSmall(path: string): Promise<FileText> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > mostBytes) return { kind: 'error', message: `${path} is larger than ${mostBytes} bytes` };
    return { kind: 'text', text: await file.readFile('utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'error', message: `${path} cannot be read (${code})` };
  }
}
