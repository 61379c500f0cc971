import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Objects } from '../../../src/sim/mesh/data-plane.ts';
import { gateway } from '../../../src/sim/mesh/gateway.ts';
import { Random } from '../../../src/sim/random.ts';
import { podAddress, startProxy } from '../../../src/sim/traffic/proxy.ts';
import type { Chronicle } from './chronicle.ts';

/** One user with a browser: keeps cookies as it is told to, and sends them all. */
export interface User {
  /** The versions that answered, in order. */
  readonly seen: readonly string[];
  /** The cookies that it has, by name. */
  readonly cookies: ReadonlyMap<string, string>;
}

/** Users of one host, who send one request after another through a Gateway. */
export interface Users {
  readonly all: readonly User[];
  /** Requests that were not answered with 200, in words. */
  readonly failed: readonly string[];
  /** Waits until so many more requests of each user were answered, all of them sent after the call. */
  more(count: number): Promise<void>;
  /** Waits until it is so; throws after 30 s, with `what` was waited for. */
  until(what: string, claim: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 80;
const MOST_MS = 30_000;

/**
 * Starts users who ask `host` by a real proxy, which routes by the HTTPRoutes, Services and Pods that a
 * chronicle has seen. Each comes with a cookie of somebody else.
 */
export async function startUsers(chronicle: Chronicle, host: string, count: number): Promise<Users> {
  const proxy = await startProxy({
    objects: objectsOf(chronicle),
    planes: [gateway],
    random: new Random(host),
    port: 0,
    addressOf: podAddress,
    deadlineMs: 10_000,
  });
  const agent = new Agent({ connections: count });
  const failed: string[] = [];
  const all = Array.from({ length: count }, () => ({
    seen: [] as string[],
    cookies: new Map([['lang', 'en']]),
  }));
  let stopped = false;
  const ask = async ({ seen, cookies }: (typeof all)[number]) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    try {
      const answer = await request(proxy.url, { dispatcher: agent, headers: { host, cookie } });
      const text = (await answer.body.text()).trim();
      if (answer.statusCode === 200) seen.push(text);
      else failed.push(`${answer.statusCode} ${text}`);
      for (const header of [answer.headers['set-cookie'] ?? []].flat()) keep(cookies, header);
    } catch (error) {
      failed.push(String(error));
    }
  };
  const running = all.map(async (user, i) => {
    await pause((EVERY_MS * i) / count);
    while (!stopped) {
      await ask(user);
      await pause(EVERY_MS);
    }
  });
  const until: Users['until'] = async (what, claim) => {
    const deadline = performance.now() + MOST_MS;
    while (!claim() && performance.now() < deadline) await pause(EVERY_MS);
    if (!claim()) throw new Error(`users: not so after ${MOST_MS} ms: ${what}`);
  };
  return {
    all,
    failed,
    until,
    more: (wanted) => {
      // One may be under way already.
      const least = all.map(({ seen }) => seen.length + wanted + 1);
      return until(`${wanted} more answers`, () =>
        all.every(({ seen }, i) => seen.length >= (least[i] ?? 0)),
      );
    },
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      await agent.close();
      await proxy.close();
    },
  };
}

/** Name and value; when it ends does not matter to a test of seconds. */
function keep(cookies: Map<string, string>, header: string): void {
  const [pair = ''] = header.split(';');
  const at = pair.indexOf('=');
  cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
}

/** What a data plane looks at, as the chronicle has seen it last. */
function objectsOf(chronicle: Chronicle): Objects {
  const present = (kind: string) => chronicle.present(kind) as unknown as readonly Manifest[];
  return {
    get: (kind, { name }) => present(kind.kind).find(({ metadata }) => metadata.name === name) ?? null,
    list: (kind, { labels = {} } = {}) =>
      present(kind.kind).filter(({ metadata }) =>
        Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
      ),
  };
}
