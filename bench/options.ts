import { parseArgs } from 'node:util';

/** What can be measured, in the order in which it runs. */
export const SCENARIOS = [
  'create',
  'update',
  'nginx',
  'analysis',
  'idle',
  'start',
  'reaction',
  'moments',
  'get',
] as const;

/** One of them. */
export type Scenario = (typeof SCENARIOS)[number];

/** What is wanted of a run of the benchmarks. */
export interface Options {
  /** How many rollouts at once, each number by itself. */
  readonly rollouts: readonly number[];
  readonly scenarios: ReadonlySet<Scenario>;
  /** How often everything is repeated, on a new cluster each time. */
  readonly runs: number;
  /** How long the controller is watched doing nothing. */
  readonly idleSeconds: number;
  /** The JSON file to write. */
  readonly out: string;
  /** The controller's flags besides those of the test bed. */
  readonly controllerArgs: readonly string[];
  /** What runs: bundles as users get them, built before, or the sources. */
  readonly from: 'bundle' | 'sources';
  /** Flags for the controller's Node, besides those with which users run it. */
  readonly nodeOptions: string;
  /** A folder for CPU profiles of the controller. Null: no profile is made. */
  readonly profile: string | null;
  /** Leave logs, audit log and data of the clusters where they are. */
  readonly keep: boolean;
}

/** The text of `--help`. */
export const USAGE = `Usage: npm run bench -- [FLAG...]
       npm run bench -- analysis [FLAG...]   how good the judge of releases is; it has a --help of its own

  --rollouts 100,500,1000   how many rollouts at once, one after the other
  --scenario NAME,...       ${SCENARIOS.join(', ')} (all of them)
  --runs N                  repeat everything N times; the table shows medians (1)
  --idle-seconds N          how long doing nothing is measured (60)
  --out FILE                where the JSON goes (bench/results/latest.json)
  --controller-arg=FLAG     a flag for the controller; may be repeated
  --from bundle|sources     what runs: bundles as users get them, built before (default), or the sources
  --node-options=FLAGS      flags for the controller's Node besides those of "npm start"
  --profile FOLDER          write the controller's CPU profiles there (--from sources: readable)
  --keep                    leave the folders of the clusters, with audit log and logs, where they are
  --help                    this text

  create     rollouts of 2 replicas, all at once, until all are Healthy
  update     a new image for all of them at once: setWeight 50, pause 1s
  nginx      the same with traffic routing by NGINX Ingress, two Services and an Ingress each
  analysis   the same with an inline analysis in place of the pause; the metric server answers at once
  idle       all rollouts Healthy, nothing happens
  start      the controller is started where all rollouts are Healthy
  reaction   from a bad sample, sent, to weight 0 in the canary Ingress, seen in a watch; 30 trials
  moments    from a scale-up, an abort, and the last pod of a blue-green preview to the write that follows, seen
             in watches, 20 times each; and how much one pass writes
  get        a cold "kubectl sluice get rollout", 15 times

Needs the control plane of the cluster tests: Go or KUBEBUILDER_ASSETS. Everything runs on this machine, so
that the API server, etcd, the controller manager and the fake kubelet compete with the controller.
`;

/** Wrong flags; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; null where help is asked for. Throws a `UsageError`. */
export function parseOptions(args: readonly string[]): Options | null {
  const values = flagsOf(args);
  if (values.help) return null;
  return {
    rollouts: values.rollouts.split(',').map((text) => whole('--rollouts', text)),
    scenarios: scenariosOf(values.scenario),
    runs: whole('--runs', values.runs),
    idleSeconds: whole('--idle-seconds', values['idle-seconds']),
    out: values.out,
    controllerArgs: values['controller-arg'],
    from: originOf(values.from),
    nodeOptions: values['node-options'],
    profile: values.profile ?? null,
    keep: values.keep,
  };
}

function flagsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rollouts: { type: 'string', default: '100,500,1000' },
        scenario: { type: 'string', default: SCENARIOS.join(',') },
        runs: { type: 'string', default: '1' },
        'idle-seconds': { type: 'string', default: '60' },
        out: { type: 'string', default: 'bench/results/latest.json' },
        'controller-arg': { type: 'string', multiple: true, default: [] },
        'node-options': { type: 'string', default: '' },
        from: { type: 'string', default: 'bundle' },
        profile: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function scenariosOf(text: string): ReadonlySet<Scenario> {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isScenario(name));
  if (unknown.length > 0) throw new UsageError(`--scenario: there is no ${unknown.join(', ')}`);
  return new Set(names.filter(isScenario));
}

function isScenario(name: string): name is Scenario {
  return (SCENARIOS as readonly string[]).includes(name);
}

function originOf(text: string): Options['from'] {
  if (text === 'bundle' || text === 'sources') return text;
  throw new UsageError(`--from: ${JSON.stringify(text)} is neither bundle nor sources`);
}

function whole(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`${flag}: ${JSON.stringify(text)} is not a whole number from 1`);
}
