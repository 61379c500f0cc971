import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { type AuditedRequest, parseAuditLine } from './audit.ts';

/** Follows an audit log while the API server writes it. */
export interface AuditTail {
  /** The requests that were finished since the last call. */
  read(): readonly AuditedRequest[];
  close(): void;
}

const CHUNK_BYTES = 1 << 20;

/**
 * Opens an audit log at its beginning. The API server begins a new file whenever one has 100 MB and renames
 * the old one: `read` must be called at least once in between, and then misses nothing.
 */
export function tailAudit(file: string): AuditTail {
  let descriptor = openSync(file, 'r');
  let rest = '';
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  const readAll = (): readonly AuditedRequest[] => {
    const found: AuditedRequest[] = [];
    for (;;) {
      const length = readSync(descriptor, buffer, 0, CHUNK_BYTES, null);
      if (length === 0) return found;
      // Audit lines at level Metadata are ASCII, so a chunk never ends inside a character.
      const lines = (rest + buffer.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const request = parseAuditLine(line);
        if (request !== null) found.push(request);
      }
    }
  };
  return {
    read: () => {
      const before = readAll();
      if (!isReplaced(file, descriptor)) return before;
      const last = readAll();
      closeSync(descriptor);
      descriptor = openSync(file, 'r');
      return [...before, ...last, ...readAll()];
    },
    close: () => closeSync(descriptor),
  };
}

function isReplaced(file: string, descriptor: number): boolean {
  const now = statSync(file, { throwIfNoEntry: false });
  return now !== undefined && now.ino !== fstatSync(descriptor).ino;
}
