import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSettings } from '../../src/shell/flags.ts';
import { IGNORED } from '../../src/shell/ignored-flags.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

const rows: readonly [why: string, args: readonly string[], expected: object][] = [
  ['the defaults of the original', [], { metricsPort: 8090, healthzPort: 8080, resyncSeconds: 900 }],
  ['threads', ['--rollout-threads=3', '--analysis-threads', '4'], { rolloutThreads: 3, analysisThreads: 4 }],
  [
    'ports as the original spells them',
    ['--metricsPort', '1', '--healthzPort=2'],
    { metricsPort: 1, healthzPort: 2 },
  ],
  [
    'ports in small letters',
    ['--metricsport', '1', '--healthzport', '2'],
    { metricsPort: 1, healthzPort: 2 },
  ],
  [
    'log in one word',
    ['--loglevel', 'debug', '--logformat', 'json'],
    { logLevel: 'debug', logFormat: 'json' },
  ],
  ['log in two words', ['--log-level=warn', '--log-format=text'], { logLevel: 'warn', logFormat: 'text' }],
  ['all namespaces', ['--namespace', 'a'], { namespace: null, controllerNamespace: 'a' }],
  ['one namespace', ['--namespaced', '-n', 'a'], { namespace: 'a', controllerNamespace: 'a' }],
  ['one namespace, said with a value', ['--namespaced=true', '-n', 'a'], { namespace: 'a' }],
  ['alone', ['--leader-elect=false'], { leaderElect: false }],
  ['leader election, said', ['--leader-elect'], { leaderElect: true }],
  ['limits', ['--qps', '40', '--burst', '80'], { qps: 40, burst: 80 }],
  ['an instance', ['--instance-id', 'blue'], { instanceId: 'blue' }],
  ['everything', [], { controllers: 'all' }],
  ['analysis runs only', ['--controllers=analysis'], { controllers: 'analysis' }],
  ['notifications of namespaces', ['--self-service-notification-enabled'], { selfService: true }],
];

for (const [why, args, expected] of rows)
  void test(`flags: ${why}`, () => {
    const settings: object = parseSettings(args, {});
    const seen = Object.fromEntries(Object.entries(settings).filter(([name]) => name in expected));
    assert.deepEqual(seen, expected);
  });

void test('the namespace comes from the pod where no flag says it', () => {
  assert.equal(parseSettings([], { POD_NAMESPACE: 'sluice' }).controllerNamespace, 'sluice');
  assert.equal(parseSettings(['-n', 'x'], { POD_NAMESPACE: 'sluice' }).controllerNamespace, 'x');
  assert.equal(parseSettings([], {}).controllerNamespace, 'argo-rollouts');
});

void test('flags of the original without meaning here are accepted and named', () => {
  const args = Object.keys(IGNORED).flatMap((flag) => {
    const [name = '', value] = flag.split(' ');
    return value === undefined || value.startsWith('[') ? [`--${name}`] : [`--${name}=1`];
  });
  const { ignored } = parseSettings(args, {});
  assert.equal(ignored.length, Object.keys(IGNORED).length);
  assert.deepEqual(parseSettings(['--kloglevel', '2'], {}).ignored, [
    '--kloglevel: there is one log, see --loglevel',
  ]);
  assert.deepEqual(parseSettings([], {}).ignored, []);
});

const refusals: readonly [args: readonly string[], says: RegExp][] = [
  [['--nonsense'], /unknown option '--nonsense'/],
  [['--qps', 'many'], /expected a number above 0/],
  [['--rollout-threads', '0'], /expected a whole number from 1/],
  [['--metricsPort', '99999'], /expected a port/],
  [['--loglevel', 'loud'], /Allowed choices are trace, debug, info/],
  [['--controllers', 'rollouts'], /Allowed choices are all, analysis/],
  [['--server', 'https://other'], /unknown option '--server'/],
];

for (const [args, says] of refusals)
  void test(`refused: ${args.join(' ')}`, () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, says);
  });

void test('--version and --help say so and end', () => {
  assert.match(
    execFileSync(process.execPath, [MAIN, '--version'], { encoding: 'utf8' }),
    /^\d+\.\d+\.\d+\n$/,
  );
  const help = execFileSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' });
  assert.match(help, /--kubeconfig <file>/);
  assert.doesNotMatch(help, /--kloglevel/);
});
