import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERSION } from '../../src/version.ts';
import { updating as progress, replicaSet, rollout } from '../view/support/objects.ts';
import { type Given, harness } from './support/harness.ts';

const app = rollout(progress(1));
const two = [app, { ...app, metadata: { ...app.metadata, name: 'other' } }];
const blueGreen = rollout({}, { strategy: { blueGreen: { activeService: 'a' } } });

const template = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'rate' },
  spec: {
    args: [{ name: 'service' }],
    metrics: [{ name: 'm', provider: { web: { url: 'http://{{args.service}}', jsonPath: '{$.a}' } } }],
  },
};

interface Row {
  readonly given?: Given;
  readonly args: string;
  readonly code: number;
  readonly out?: string;
  readonly err?: string;
  /** `path body`, for each write. */
  readonly writes?: readonly string[];
}

const rows: Readonly<Record<string, Row>> = {
  'several names': {
    given: { objects: two },
    args: 'abort app other',
    code: 0,
    out: "rollout 'app' aborted\nrollout 'other' aborted\n",
    writes: [
      'rollouts/app/status {"status":{"abort":true}}',
      'rollouts/other/status {"status":{"abort":true}}',
    ],
  },
  'a name that is missing keeps nobody from the others': {
    given: { objects: two },
    args: 'pause nothing other',
    code: 1,
    out: "rollout 'other' paused\n",
    err: 'Error: rollouts.argoproj.io "nothing" not found\n',
    writes: ['rollouts/other {"spec":{"paused":true}}'],
  },
  'a restart later': {
    given: { objects: two, now: '2026-11-21T08:00:00Z' },
    args: 'restart app --in 90s',
    code: 0,
    out: "rollout 'app' restarts in 1m30s\n",
    writes: ['rollouts/app {"spec":{"restartAt":"2026-11-21T08:01:30Z"}}'],
  },
  'a restart at no time': {
    given: { objects: two },
    args: 'restart app -i soon',
    code: 1,
    err: 'Error: --in: soon is not a duration such as 10s\n',
  },
  'the old flag for one step': {
    given: { objects: two },
    args: 'promote app -c',
    code: 0,
    out: "rollout 'app' promoted\n",
    writes: ['rollouts/app/status {"status":{"currentStepIndex":2}}'],
  },
  'the old flag for all steps': {
    given: { objects: two },
    args: 'promote app --skip-all-steps',
    code: 0,
    out: "rollout 'app' promoted\n",
    writes: ['rollouts/app/status {"status":{"currentStepIndex":4}}'],
  },
  'no steps to skip': {
    given: { objects: [blueGreen] },
    args: 'promote app -a',
    code: 1,
    err: "Error: rollout 'app' has no steps to skip; promote it without flags\n",
  },
  'flags that exclude each other': {
    given: { objects: two },
    args: 'promote app -a --full',
    code: 1,
    err: 'Error: --full, --skip-current-step and --skip-all-steps exclude each other\n',
  },
  'a switch with a value': {
    given: { objects: two },
    args: 'promote app --full=false',
    code: 0,
    out: "rollout 'app' promoted\n",
    writes: ['rollouts/app/status {"status":{"pauseConditions":null,"currentStepIndex":2}}'],
  },
  'an image without a container': {
    given: { objects: two },
    args: 'set image app demo/app:2',
    code: 1,
    err: 'Error: demo/app:2 is not of the form CONTAINER=IMAGE\n',
  },
  'a revision that is none': {
    given: { objects: two },
    args: 'undo app --to-revision last',
    code: 1,
    err: 'Error: --to-revision: last is not a revision number\n',
  },
  'nothing to go back to': {
    given: { objects: [app, replicaSet('old', 1, { want: 1 })] },
    args: 'undo app',
    code: 1,
    err: 'Error: no revision to go back to: rollout "app" has only one\n',
  },
  'a run of nothing': {
    args: 'create analysisrun',
    code: 1,
    err: 'Error: say either --from TEMPLATE or --from-file FILE\n',
  },
  'a run of a template that is missing': {
    args: 'create analysisrun --from rate',
    code: 1,
    err: `Error: Invalid value: "rate": AnalysisTemplate 'rate' not found\n`,
  },
  'a run with an argument too many': {
    given: { objects: [template] },
    args: 'create analysisrun --from rate -a service=x -a servise=y',
    code: 1,
    err: 'Error: no template takes an argument "servise"\n',
  },
  'a run without an argument that it needs': {
    given: { objects: [template] },
    args: 'create analysisrun --from rate',
    code: 1,
    err: 'Error: the argument "service" has no value; say -a service=VALUE\n',
  },
  'a run with a random name': {
    given: { objects: [template] },
    args: 'create analysisrun --from rate -a service=x --instance-id blue',
    code: 0,
    out: 'analysisrun.argoproj.io/rate-x7k2p created\n',
    writes: [
      'analysisruns {"apiVersion":"argoproj.io/v1alpha1","kind":"AnalysisRun","metadata":{"namespace":"shop",' +
        '"generateName":"rate-","labels":{"argo-rollouts.argoproj.io/controller-instance-id":"blue"}},' +
        '"spec":{"metrics":[{"name":"m","provider":{"web":{"url":"http://{{args.service}}","jsonPath":"{$.a}"}}}],' +
        '"args":[{"name":"service","value":"x"}]}}',
    ],
  },
  'a run of a template of the cluster': {
    given: { objects: [{ ...template, kind: 'ClusterAnalysisTemplate' }] },
    args: 'create analysisrun --from rate --global -a service=x --name now',
    code: 0,
    out: 'analysisrun.argoproj.io/now created\n',
    writes: [
      'analysisruns {"apiVersion":"argoproj.io/v1alpha1","kind":"AnalysisRun","metadata":{"namespace":"shop","name":"now"},' +
        '"spec":{"metrics":[{"name":"m","provider":{"web":{"url":"http://{{args.service}}","jsonPath":"{$.a}"}}}],' +
        '"args":[{"name":"service","value":"x"}]}}',
    ],
  },
  'a run of a template in a file, of either kind': {
    given: { stdin: JSON.stringify({ ...template, kind: 'ClusterAnalysisTemplate' }) },
    args: 'create analysisrun --from-file - -a service=x --generate-name now-',
    code: 0,
    out: 'analysisrun.argoproj.io/now-x7k2p created\n',
    writes: [
      'analysisruns {"apiVersion":"argoproj.io/v1alpha1","kind":"AnalysisRun","metadata":{"namespace":"shop",' +
        '"generateName":"now-"},"spec":{"metrics":[{"name":"m","provider":{"web":{"url":"http://{{args.service}}",' +
        '"jsonPath":"{$.a}"}}}],"args":[{"name":"service","value":"x"}]}}',
    ],
  },
  'a run of a file without a template': {
    given: { stdin: JSON.stringify(template) },
    args: 'create analysisrun --from-file - --global -a service=x',
    code: 1,
    err: 'Error: -: there is no ClusterAnalysisTemplate in it\n',
  },
  'a run of a file with a mistake': {
    given: { stdin: JSON.stringify({ ...template, spec: { metrics: 7 } }) },
    args: 'create analysisrun --from-file -',
    code: 1,
    err: 'Error: -: spec.metrics: must be a list\n',
  },
  'objects of a file': {
    given: {
      stdin:
        '{"kind": "List", "items": [' +
        '{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "new"}},' +
        '{"apiVersion": "argoproj.io/v1alpha1", "kind": "Experiment", "metadata": {"name": "two"}}]}',
    },
    args: 'create -f -',
    code: 0,
    out: 'rollout.argoproj.io/new created\nexperiment.argoproj.io/two created\n',
    writes: [
      'rollouts {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"new"}}',
      'experiments {"apiVersion":"argoproj.io/v1alpha1","kind":"Experiment","metadata":{"name":"two"}}',
    ],
  },
  'an object of others': {
    given: { stdin: '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}' },
    args: 'create -f -',
    code: 1,
    err: 'Error: only objects of argoproj.io/v1alpha1 are created, and no Pod\n',
  },
  'nothing to create': {
    args: 'create',
    code: 1,
    err: 'Error: create what? Name a file with -f\n',
  },
  'groups without a user': {
    args: 'get rollout app --as-group admins',
    code: 1,
    err: 'Error: --as-group and --as-uid need --as\n',
  },
  'a timeout that is none': {
    args: 'get rollout app --request-timeout later',
    code: 1,
    err: 'Error: --request-timeout: later is not a duration such as 10s\n',
  },
  'the version': { args: 'version --client --short', code: 0, out: `kubectl-sluice: v${VERSION}\n` },
  'a shell that is none': {
    args: 'completion tcsh',
    code: 1,
    err: 'Error: there is no completion for tcsh, only for bash, zsh, fish, kubectl\n',
  },
  'no name': {
    args: 'abort',
    code: 1,
    err: "Error: missing required argument 'name'\n(add --help for help)\n",
  },
  'no such command': { args: 'frob', code: 1, err: "Error: unknown command 'frob'\n(add --help for help)\n" },
  'commands to complete': { args: '__complete re', code: 0, out: completed('restart', 'retry', 'reject') },
  'explain: no such rollout': {
    args: 'explain app',
    code: 1,
    err: 'Error: rollouts.argoproj.io "app" not found\n',
  },
  'explain: no such format': {
    given: { objects: two },
    args: 'explain app -o yaml',
    code: 1,
    err: "Error: option '-o, --output <format>' argument 'yaml' is invalid. Allowed choices are text, json.\n(add --help for help)\n",
  },
  'names to explain': {
    given: { objects: two },
    args: '__complete explain ',
    code: 0,
    out: 'app\nother\n:4\n',
  },
  'formats to explain in': { args: '__complete explain app -o ', code: 0, out: 'text\njson\n:4\n' },
  'names to complete': { given: { objects: two }, args: '__complete promote o', code: 0, out: 'other\n:4\n' },
  'flags to complete': {
    args: '__complete promote --fu',
    code: 0,
    out: '--full\tskip analyses, pauses and steps\n:4\n',
  },
  'words of a flag to complete': { args: '__complete lint -o g', code: 0, out: 'github\n:4\n' },
  'files of a flag to complete': { args: '__complete analyze --input ex', code: 0, out: ':0\n' },
  'rollouts of a flag to complete': {
    given: { objects: two },
    args: '__complete analyze --from-rollout a',
    code: 0,
    out: 'app\n:4\n',
  },
  'templates to complete': {
    given: { objects: [template] },
    args: '__complete create analysisrun --from ',
    code: 0,
    out: 'rate\n:4\n',
  },
  'files to complete': { args: '__complete lint ex', code: 0, out: ':0\n' },
};

function completed(...names: readonly ('restart' | 'retry' | 'reject')[]): string {
  const words = {
    restart: 'replace all pods, as many at a time as maxUnavailable allows',
    retry: 'begin an aborted rollout or a finished experiment again',
    reject: 'say no to it: the release is given up',
  };
  return `${names.map((name) => `${name}\t${words[name]}\n`).join('')}:4\n`;
}

for (const [name, row] of Object.entries(rows)) {
  void test(name, async () => {
    const cli = harness(row.given);
    const { code, out, err } = await cli.run(...row.args.split(' '));
    assert.deepEqual({ code, out, err }, { code: row.code, out: row.out ?? '', err: row.err ?? '' });
    const writes = cli.store.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`);
    assert.deepEqual(writes, row.writes ?? []);
  });
}

void test('the global flags choose the cluster, before and behind the command', async () => {
  const cli = harness({ objects: [app] });
  const flags = ['--context', 'c', '--kubeconfig', 'k', '--as', 'me', '--as-group', 'a', '--as-group', 'b'];
  await cli.run('-n', 'shop', ...flags, 'abort', 'app', '--request-timeout', '5s');
  await cli.run('abort', 'app', ...flags, '--request-timeout=5', '-n', 'shop', '--insecure-skip-tls-verify');
  const impersonate = { user: 'me', groups: ['a', 'b'], uid: null, extra: {} };
  const config = { namespace: 'shop', context: 'c', kubeconfig: 'k', impersonate };
  assert.deepEqual(cli.flags, [
    { config, timeoutMs: 5000 },
    { config: { ...config, insecureSkipTlsVerify: true }, timeoutMs: 5000 },
  ]);
});

void test('what may not be read is left out, and said to be', async () => {
  const cli = harness({ objects: [app] });
  cli.store.refuse('pods');
  const { code, out, err } = await cli.run('get', 'rollout', 'app');
  assert.equal(code, 0);
  assert.match(out, /^Name: +app\n/);
  assert.equal(err, 'Left out: pods is forbidden\n');
  const explained = await cli.run('explain', 'app');
  assert.equal(explained.code, 0);
  assert.match(explained.out, /^shop\/app: /);
  assert.equal(explained.err, 'Left out: pods is forbidden\n');
});

void test('only what watches opens the cluster for a watch', async () => {
  const healthy = rollout(progress(4, { phase: 'Healthy', stableRS: 'new', updatedReplicas: 5 }));
  const cli = harness({ objects: [healthy] });
  await cli.run('get', 'rollout', 'app');
  await cli.run('status', 'app');
  await cli.run('status', 'app', '--watch=false');
  await cli.run('list', 'rollouts');
  await cli.run('promote', 'app');
  await cli.run('version');
  await cli.run('explain', 'app');
  assert.deepEqual(cli.uses, ['calls', 'watch', 'calls', 'calls', 'calls', 'calls', 'calls']);
});
