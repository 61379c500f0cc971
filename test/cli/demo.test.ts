import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const PLUGIN = join(import.meta.dirname, '../../src/cli/kubectl-sluice.ts');
/** On a machine that is busy with other things. */
const PATIENCE_MS = 100_000;

/** The demo as a process of its own, with a folder of its own for what is temporary. */
class Demo {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sluice-demo-test-'));
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  out = '';
  err = '';

  constructor(...flags: readonly string[]) {
    const env = { ...process.env, TMPDIR: this.#folder, HTTP_PROXY: 'http://127.0.0.1:1' };
    // A group of its own: what it would leave behind is found by that.
    this.#child = spawn(process.execPath, [PLUGIN, 'demo', ...flags], { env, detached: true });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.#ended = once(this.#child, 'close').then(([code]) => Number(code));
  }

  /** Resolves with the exit code. */
  ended(): Promise<number> {
    return this.#ended;
  }

  /** Resolves when it has said this. */
  async says(words: RegExp): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = words.exec(this.out);
      if (found !== null) return found;
      const stdout = this.#child.stdout;
      assert.ok(
        stdout !== null && !stdout.readableEnded,
        `it ended without saying so:\n${this.out}${this.err}`,
      );
      await Promise.race([once(stdout, 'data', { signal: late }), this.#ended]);
    }
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  /** What is still there after its end: files, and processes of its group. */
  leftovers(): readonly string[] {
    return [...readdirSync(this.#folder), ...(isAlive(-(this.#child.pid ?? 0)) ? ['a process'] : [])];
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Rows of the table of requests: version, requests, failed. */
function counts(out: string): ReadonlyMap<string, readonly [requests: number, failed: number]> {
  const [, body = ''] = /^Requests of users\n {2}VERSION.*\n((?: {2}.*\n)+)/m.exec(out) ?? [];
  return new Map(
    body
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [name = '', requests = '', failed = ''] = line.trim().split(/ {2,}/);
        const number = (text: string) => Number(text.replaceAll(',', ''));
        return [name, [number(requests), number(failed)]] as const;
      }),
  );
}

/** The parts are the whole, good versions failed nothing, and the cost is that of the bad one. */
function addsUp(out: string, good: readonly string[], bad: string): void {
  const { all, ...versions } = Object.fromEntries(counts(out));
  assert.deepEqual(Object.keys(versions), [...good, bad].sort(), out);
  const sum = (at: 0 | 1) => Object.values(versions).reduce((total, row) => total + row[at], 0);
  assert.deepEqual(all, [sum(0), sum(1)], out);
  for (const version of good) assert.equal(versions[version]?.[1], 0, out);
  const [requests = 0, failed = 0] = versions[bad] ?? [];
  assert.ok(failed > 0 && failed < requests, out);
  const [, cost, got, every, without] =
    /(\d+) failed requests: .* of the (\d+) that .*all (\d+) requests.*?(\d+) would have failed/s.exec(out) ??
    [];
  assert.deepEqual([Number(cost), Number(got)], [failed, requests]);
  assert.equal(Number(without), Math.round((failed / requests) * Number(every)));
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = createConnection({ host: '127.0.0.1', port });
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

void describe('kubectl sluice demo', () => {
  void test('promotes the good release, rolls the bad one back, and leaves nothing behind', async () => {
    using demo = new Demo('--speed', '4');
    using gateway = new Demo('--speed', '4', '--router', 'gateway', '--scenario', 'bad', '--rate', '80');
    assert.equal(await demo.ended(), 0, demo.err + demo.out);
    assert.match(demo.out, /Rollout completed update to revision 2/);
    assert.match(demo.out, /measured success-rate: 0\.\d+ \(bad\)/);
    assert.match(demo.out, /Rollout aborted update to revision 3: .*success-rate/);
    assert.match(demo.out, /▌ default\/shop: revision 3 \(shop:3-errors-30\) was rolled back to revision 2/);
    assert.match(demo.out, / {2}2 .*Faster search .*promoted .*20 % for .*50 % for/);
    assert.match(demo.out, / {2}3-errors-30 .*New checkout .*rolled back .*20 % for/);
    addsUp(demo.out, ['1', '2'], '3-errors-30');
    assert.equal(await gateway.ended(), 0, gateway.err + gateway.out);
    addsUp(gateway.out, ['1'], '2-errors-30');
    assert.deepEqual([...demo.leftovers(), ...gateway.leftovers()], []);
  });

  void test('with blue-green all users are switched at once, and none of them ever sees the bad release', async () => {
    using nginx = new Demo('--speed', '4', '--scenario', 'blue-green');
    using gateway = new Demo('--speed', '4', '--scenario', 'blue-green', '--router', 'gateway');
    const all = [nginx, gateway];
    const codes = await Promise.all(all.map((demo) => demo.ended()));
    assert.deepEqual(codes, [0, 0], all.map(({ out, err }) => err + out).join('\n'));
    for (const { out } of all) {
      assert.match(out, /testers look at 2, which no user sees[\s\S]*users +all requests go to 2/);
      assert.match(out, /Rollout aborted update to revision 3: Blue\/green pre-promotion .*success-rate/);
      assert.match(out, /▌ default\/shop: revision 3 \(shop:3-errors-30\) was rolled back to revision 2/);
      assert.match(out, /Nothing: no request of a user ever got to it/);
      assert.match(out, /Requests of testers, to the preview\n[\s\S]* {2}3-errors-30 +\d+ +[1-9]/);
      const { all: total, ...versions } = Object.fromEntries(counts(out));
      assert.deepEqual(Object.keys(versions), ['1', '2'], out);
      assert.equal(total?.[1], 0, out);
    }
    assert.deepEqual(
      all.flatMap((demo) => demo.leftovers()),
      [],
    );
  });

  void test('plays what else may go wrong', async () => {
    const names = ['bad-image', 'slow-pods', 'metrics-down'] as const;
    using image = new Demo('--speed', '4', '--scenario', names[0]);
    using slow = new Demo('--speed', '4', '--scenario', names[1], '--router', 'gateway');
    using blind = new Demo('--speed', '4', '--scenario', names[2]);
    const all = [image, slow, blind];
    const codes = await Promise.all(all.map((demo) => demo.ended()));
    assert.deepEqual(codes, [0, 0, 0], all.map(({ out, err }) => err + out).join('\n'));
    assert.match(image.out, /Nothing: no request of a user ever got to it/);
    assert.match(blind.out, /measured success-rate: could not be taken: .*503[\s\S]*was rolled back/);
    assert.match(blind.out, /kubectl sluice retry rollout shop[\s\S]*New footer +promoted/);
    for (const { out } of all) assert.equal(counts(out).get('all')?.[1], 0, out);
    assert.deepEqual(
      all.flatMap((demo) => demo.leftovers()),
      [],
    );
  });

  void test('goes on with --keep, for stock clients and own commits, until Ctrl-C', async (t) => {
    using demo = new Demo('--speed', '4', '--scenario', 'none', '--keep');
    const [, kubeconfig = ''] = await demo.says(/export KUBECONFIG=(\S+)/);
    const [, port] = await demo.says(/curl .* http:\/\/127\.0\.0\.1:(\d+)\//);
    const [, repository = ''] = await demo.says(/git -C (\S+) commit/);
    await demo.says(/query=http_requests_total/);
    assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const run = (program: string, ...args: readonly string[]): string => {
      const { status, stdout, stderr, error } = spawnSync(program, args, { env, encoding: 'utf8' });
      assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}${error}`);
      return stdout;
    };
    assert.match(run(process.execPath, PLUGIN, 'get', 'rollout', 'shop'), /demo\/shop:1 \(stable\)/);
    const has = (program: string) => spawnSync(program, ['--help']).error === undefined;
    if (has('kubectl')) {
      const table = run('kubectl', 'get', 'ro,rs,pods');
      assert.match(table, /rollout\.argoproj\.io\/shop +4 +4 +4 +4/);
      assert.equal(table.match(/pod\/shop-\S+ +1\/1 +Running/g)?.length, 4);
    } else t.diagnostic('kubectl is not on the PATH');
    if (has('git')) {
      const file = join(repository, 'rollout.yaml');
      run('git', '-C', repository, 'log', '--oneline');
      run(
        process.execPath,
        '-e',
        `fs.writeFileSync('${file}', fs.readFileSync('${file}', 'utf8').replace('shop:1', 'shop:7'))`,
      );
      const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
      run('git', '-C', repository, ...who, 'commit', '-qam', 'Mine');
      await demo.says(/20 % of the requests go to 7/);
    } else t.diagnostic('git is not on the PATH');
    demo.interrupt();
    assert.equal(await demo.ended(), 130);
    assert.deepEqual(demo.leftovers(), []);
    assert.equal(await listens(Number(port)), false);
  });

  void test('ends on Ctrl-C in the middle of a release, and at once on the second', async () => {
    using first = new Demo('--speed', '4');
    using second = new Demo('--speed', '4');
    await Promise.all([first, second].map((demo) => demo.says(/requests a second begin/)));
    first.interrupt();
    second.interrupt();
    second.interrupt();
    assert.deepEqual(await Promise.all([first.ended(), second.ended()]), [130, 130]);
    assert.deepEqual([...first.leftovers(), ...second.leftovers()], []);
  });

  for (const [flags, words] of [
    [['--scenario', 'nice'], /--scenario: there is no nice/],
    [['--rate', '0'], /--rate: 0 is not a number from 1 to 200/],
    [['--speed', 'fast'], /--speed: fast is not a number from 1 to 4/],
    [['--router', 'istio'], /nginx, gateway/],
  ] as const)
    void test(`refuses ${flags.join(' ')}`, async () => {
      using demo = new Demo(...flags);
      assert.equal(await demo.ended(), 1);
      assert.match(demo.err, words);
    });
});
