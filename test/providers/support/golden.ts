import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../src/api/meta.ts';
import type { Provider } from '../../../src/api/providers.ts';
import type { Reading } from '../../../src/core/analysis/reading.ts';
import { providerOf, providers } from '../../../src/providers/index.ts';
import { ask, type TestSecrets, withoutTls } from './ask.ts';
import { json, type Received, type Reply, serve, text } from './server.ts';

/** Where the folders of exchanges are, one for each provider. */
export const goldenFolder = join(import.meta.dirname, '../../golden/providers');

/** An exchange: the metric as written, the answers, and what came of them. `<url>` is the server of the test. */
export interface Golden {
  readonly about: string;
  /** What stands under `provider.<name>` in the metric. */
  readonly query: object;
  /** Secrets in plain text, by `namespace/name`, and variables of the controller's environment. */
  readonly secrets?: TestSecrets;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the measurement noted that is gone on with; absent: a new one. */
  readonly memo?: Json;
  /** In turn: a status and a body, which is sent as JSON unless it is text. */
  readonly answers: readonly {
    readonly status: number;
    readonly headers?: Headers;
    readonly body: unknown;
  }[];
  readonly requests?: readonly unknown[];
  readonly reading?: unknown;
}

type Headers = Readonly<Record<string, string>>;

/** What an exchange came to. */
export interface Played {
  readonly golden: Golden;
  readonly reading: Reading;
  readonly received: readonly Received[];
  /** The server's address, which is another one each time. */
  readonly url: string;
}

/** The folder of a provider. A plugin's has its name without `sluice/`. */
export function folderOf(name: string): string {
  return join(goldenFolder, name.replace('sluice/', ''));
}

/** Measures with the metric and the answers of a file. */
export async function play(name: string, path: string): Promise<Played> {
  const golden: Golden = JSON.parse(readFileSync(path, 'utf8'));
  await using server = await serve(golden.answers.map(replyOf));
  const { host } = new URL(server.url);
  const { query, secrets, environment, memo }: Golden = JSON.parse(
    JSON.stringify(golden).replaceAll('<url>', server.url).replaceAll('<host>', host),
  );
  const named = name in providers ? { [name]: query } : { plugin: { [name]: query } };
  const provider = providerOf(named as Provider);
  assert.ok(provider.kind === 'provider');
  const given = secrets === undefined ? {} : { secrets, fetch: withoutTls() };
  const asked = ask(environment, undefined, given);
  const reading = await (memo === undefined ? provider.start(asked) : provider.resume(memo, asked));
  return { golden, reading, received: server.received, url: server.url };
}

function replyOf({ status, headers, body }: Golden['answers'][number]): Reply {
  return typeof body === 'string' ? text(body, status, headers) : json(body, status, headers);
}
