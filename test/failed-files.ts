import type { EventData } from 'node:test';

/** What this reporter reads of an event of the test runner. */
interface Told {
  readonly type: string;
  readonly data: Partial<EventData.TestFail>;
}

/** A reporter for the test runner: the files in which a test has failed, a line each. */
export default async function* failedFiles(events: AsyncIterable<Told>): AsyncGenerator<string> {
  const told = new Set<string>();
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || data.file === undefined || told.has(data.file)) continue;
    told.add(data.file);
    yield `${data.file}\n`;
  }
}
