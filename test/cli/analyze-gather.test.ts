import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { type Reply, serve, text } from '../providers/support/server.ts';
import { harness } from './support/harness.ts';

/** Of what `analyze` puts a run together: files, the cluster, a Rollout, arguments. Every value is good. */

const FINE: Reply = text('{"ok": true}', 200, { 'content-type': 'application/json' });

function template(name: string, spec: object = {}, kind = 'AnalysisTemplate'): Manifest {
  const provider = { web: { url: `SERVER/${name}/{{args.who}}` } };
  const whole = { args: [{ name: 'who' }], metrics: [{ name, provider }], ...spec };
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec: whole };
}

const ROLLOUT: Manifest = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'shop', namespace: 'shop', labels: { team: 'till' } },
  spec: {
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'shop', image: 'shop:1' }] },
    },
    strategy: {
      canary: {
        analysis: {
          templates: [{ templateName: 'rate' }],
          args: [{ name: 'who', valueFrom: { podTemplateHashValue: 'Latest' } }],
        },
        steps: [
          {
            analysis: {
              templates: [{ templateName: 'speed', clusterScope: true }],
              args: [{ name: 'who', valueFrom: { fieldRef: { fieldPath: "metadata.labels['team']" } } }],
            },
          },
        ],
      },
    },
  },
};
const RUNNING: Manifest = { ...ROLLOUT, status: { currentPodHash: 'new', stableRS: 'old' } };
const NO_ARGS = { args: [] };

interface Row {
  /** In the files. */
  readonly files?: readonly Manifest[];
  /** In the cluster. */
  readonly objects?: readonly Manifest[];
  readonly args: string;
  readonly code: number;
  /** What was asked for, in order of paths. */
  readonly asked?: readonly string[];
  readonly err?: string;
  /** Whether the cluster was opened. Default: no. */
  readonly opened?: true;
}

const rows: Readonly<Record<string, Row>> = {
  'a template in a file': {
    files: [template('rate')],
    args: '-a who=me',
    code: 0,
    asked: ['/rate/me'],
  },
  'all templates of a file that no other one names': {
    files: [
      template('rate'),
      template('speed'),
      template('inner'),
      template('outer', { metrics: [], templates: [{ templateName: 'inner' }] }),
    ],
    args: '-a who=me',
    code: 0,
    asked: ['/inner/me', '/rate/me', '/speed/me'],
  },
  'some of them': {
    files: [template('rate'), template('speed'), template('size')],
    args: '-a who=me --template rate --template size',
    code: 0,
    asked: ['/rate/me', '/size/me'],
  },
  'a run that was made elsewhere': {
    files: [
      {
        ...template('rate', { args: [{ name: 'who', value: 'them' }] }, 'AnalysisRun'),
        metadata: { generateName: 'rate-' } as unknown as Manifest['metadata'],
      },
    ],
    args: '',
    code: 0,
    asked: ['/rate/them'],
  },
  'a template of the cluster': {
    objects: [template('rate')],
    args: '--template rate -a who=me',
    code: 0,
    asked: ['/rate/me'],
    opened: true,
  },
  'one that is in neither': {
    args: '--template rate -a who=me',
    code: 2,
    err: 'Error: no template takes an argument "who"\n',
    opened: true,
  },
  'a namespace alone does not need a cluster': {
    files: [template('rate')],
    args: '-a who=me -n shop',
    code: 0,
    asked: ['/rate/me'],
  },
  'what a template in a file names is in the cluster, if one is named': {
    files: [template('outer', { metrics: [], templates: [{ templateName: 'speed', clusterScope: true }] })],
    objects: [template('speed', {}, 'ClusterAnalysisTemplate')],
    args: '-a who=me --context production',
    code: 0,
    asked: ['/speed/me'],
    opened: true,
  },
  'and else it is missing': {
    files: [template('outer', { ...NO_ARGS, metrics: [], templates: [{ templateName: 'speed' }] })],
    args: '',
    code: 2,
    err: 'Error: Invalid value: "speed": AnalysisTemplate \'speed\' not found\n',
  },
  'arguments as a Rollout in a file hands them over': {
    files: [template('speed', {}, 'ClusterAnalysisTemplate'), ROLLOUT],
    args: '--from-rollout shop',
    code: 0,
    asked: ['/speed/till'],
  },
  'what the command line says counts more': {
    files: [template('speed', {}, 'ClusterAnalysisTemplate'), ROLLOUT],
    args: '--from-rollout shop -a who=me',
    code: 0,
    asked: ['/speed/me'],
  },
  'a Rollout of the cluster, with its versions': {
    files: [template('rate')],
    objects: [RUNNING],
    args: '--from-rollout shop',
    code: 0,
    asked: ['/rate/new'],
    opened: true,
  },
  'a Rollout and one of its templates': {
    objects: [RUNNING, template('speed', {}, 'ClusterAnalysisTemplate')],
    args: '--from-rollout shop --template speed',
    code: 0,
    asked: ['/speed/till'],
    opened: true,
  },
  'a template of the whole cluster': {
    objects: [template('speed', {}, 'ClusterAnalysisTemplate')],
    args: '--template speed -a who=me',
    code: 0,
    asked: ['/speed/me'],
    opened: true,
  },
  'which of its analyses?': {
    objects: [RUNNING],
    args: '--from-rollout shop',
    code: 2,
    err: "Error: rollout 'shop' has 2 analyses; say --template with one of rate, speed\n",
    opened: true,
  },
  'a version that is not known': {
    files: [template('rate'), ROLLOUT],
    args: '--from-rollout shop',
    code: 2,
    err: 'Error: the argument "who" is the hash of the new version, which is not known here; say -a who=HASH\n',
  },
  'an argument that nobody takes': {
    files: [template('rate')],
    args: '-a who=me -a whom=you',
    code: 2,
    err: 'Error: no template takes an argument "whom"\n',
  },
  'an argument without a value': {
    files: [template('rate')],
    args: '-a who',
    code: 2,
    err: 'Error: --argument: who is not of the form KEY=VALUE\n',
  },
  'two templates with one metric': {
    files: [
      template('rate'),
      template('speed', { metrics: [{ name: 'rate', provider: { web: { url: 'http://a' } } }] }),
    ],
    args: '-a who=me',
    code: 2,
    err: 'Error: Invalid value: "templateNames: [rate speed]": two metrics have the same name \'rate\'\n',
  },
  'a Job': {
    files: [
      template('rate', {
        ...NO_ARGS,
        metrics: [
          {
            name: 'job',
            provider: {
              job: {
                spec: {
                  template: { spec: { containers: [{ name: 'a', image: 'a' }], restartPolicy: 'Never' } },
                },
              },
            },
          },
        ],
      }),
    ],
    args: '',
    code: 2,
    err: 'Error: the metric "job" is a Job, which runs in a cluster: say which, for example with --context or -n\n',
  },
  'an Experiment': {
    files: [
      template('rate', {
        ...NO_ARGS,
        metrics: [
          {
            name: 'beside',
            provider: {
              plugin: {
                'sluice/experiment': { duration: '1m', templates: [{ name: 'a', specRef: 'canary' }] },
              },
            },
          },
        ],
      }),
    ],
    args: '',
    code: 2,
    err: 'Error: the metric "beside" is an Experiment, which only a controller in a cluster works on: make a run there, with kubectl sluice create analysisrun\n',
  },
  'a fresh baseline': {
    files: [
      template('rate', {
        ...NO_ARGS,
        metrics: [
          {
            name: 'errors',
            interval: '15s',
            provider: {
              plugin: {
                'sluice/compare': {
                  counters: { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' },
                  baseline: {},
                },
              },
            },
          },
        ],
      }),
    ],
    args: '--for 1m',
    code: 2,
    err: 'Error: the metric "errors" compares with a fresh baseline, which only a controller in a cluster starts, for a Rollout: leave baseline out here\n',
  },
  'a mistake, with its place': {
    files: [
      template('rate', {
        metrics: [{ name: 'rate', successConditon: 'true', provider: { web: { url: 'http://a' } } }],
      }),
    ],
    args: '-a who=me',
    code: 2,
    err: 'Error: <stdin>:1:173: spec.metrics[0].successConditon: unknown field\n',
  },
  'nothing to analyze': {
    args: '',
    code: 2,
    err: 'Error: which template? Name its file with -f, or say --template NAME or --from-rollout NAME\n',
  },
  'a duration that is none': {
    files: [template('rate')],
    args: '-a who=me --for soon',
    code: 2,
    err: 'Error: --for: soon is not a duration such as 90s, 1h30m or 7d, of at most 400d\n',
  },
  'an address that is none, which might hold a password': {
    files: [template('rate')],
    args: '-a who=me --prometheus me:hush@localhost',
    code: 2,
    err: 'Error: --prometheus: must be an address such as http://localhost:9090\n',
  },
};

void describe('analyze', () => {
  for (const [
    name,
    { files = [], objects = [], args, code, asked = [], err = '', opened = false },
  ] of Object.entries(rows))
    void test(name, async () => {
      await using server = await serve([FINE]);
      const here = (all: readonly Manifest[]) =>
        JSON.parse(JSON.stringify(all).replaceAll('SERVER', server.url)) as readonly Manifest[];
      const stdin = JSON.stringify({ kind: 'List', items: here(files) });
      const line = harness({ objects: here(objects), stdin });
      const flags = args.split(' ').filter((word) => word !== '');
      const ran = await line.run('analyze', ...(files.length > 0 ? ['-f', '-'] : []), ...flags);
      assert.equal(ran.err, err);
      assert.equal(ran.code, code);
      assert.deepEqual(server.received.map(({ url }) => url).sort(), asked);
      assert.equal(line.uses.length > 0, opened);
      assert.deepEqual(line.store.requests, []);
    });
});
