import { Failure } from './failure.ts';

/** One object with managed fields is at most some megabytes; etcd refuses more than 1.5 MB by default. */
const longestLineBytes = 64 * 1024 * 1024;

/**
 * Cuts a byte stream into lines without their newline; empty lines and a last line without newline are
 * dropped.
 */
export class Lines {
  #rest: Buffer[] = [];
  #restBytes = 0;

  /** The lines that are complete with this chunk. Throws a Failure `invalid` on a line without end. */
  push(chunk: Buffer): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  #complete(tail: Buffer): string {
    if (this.#restBytes === 0) return tail.toString('utf8');
    this.#rest.push(tail);
    const line = Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#restBytes += part.length;
    if (this.#restBytes > longestLineBytes) {
      throw new Failure('invalid', `kube: watch: a line of more than ${longestLineBytes} bytes`);
    }
    this.#rest.push(part);
  }
}
