import { Command, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { IGNORED, nameOf } from './ignored-flags.ts';
import type { Scope } from './scope.ts';
import type { Settings } from './settings.ts';

/** Reads the command line. Prints help or what is wrong, and ends the process, as the flag asks. */
export function parseSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const command = new Command('sluice')
    .description('Progressive-delivery controller for Kubernetes (argoproj.io/v1alpha1 Rollouts)')
    .version(VERSION, '--version')
    .option(
      '--kubeconfig <file>',
      'kubeconfig file; without it KUBECONFIG, ~/.kube/config or the service account',
    )
    .option('--context <name>', 'context of the kubeconfig')
    .option(
      '-n, --namespace <name>',
      "namespace of the controller's own objects, and with --namespaced the one it watches",
    )
    .option('--namespaced [bool]', 'watch one namespace only', bool, false)
    .option(
      '--instance-id <id>',
      'handle only objects with this label argo-rollouts.argoproj.io/controller-instance-id',
      '',
    )
    .option('--rollout-threads <n>', 'rollouts at once', count, 10)
    .option('--analysis-threads <n>', 'analysis runs at once', count, 30)
    .option('--service-threads <n>', 'Services at once', count, 10)
    .option('--qps <n>', 'most requests a second to the API server', positive, 500)
    .option('--burst <n>', 'most requests at once', positive, 1000)
    .option('--metricsPort, --metricsport <port>', 'port of /metrics', port, 8090)
    .option('--healthzPort, --healthzport <port>', 'port of /healthz and /readyz', port, 8080)
    .option('--leader-elect [bool]', 'work only while holding the Lease', bool, true)
    .option('--rollout-resync <seconds>', 'look at everything this often, as a safety net', positive, 900)
    .addOption(new Option('--loglevel, --log-level <level>').choices(LEVELS).default('info'))
    .addOption(new Option('--logformat, --log-format <format>').choices(['text', 'json']).default('text'))
    .option(
      '--self-service-notification-enabled [bool]',
      'a namespace may have its own notification ConfigMap and Secret',
      bool,
      false,
    )
    .addOption(
      new Option(
        '--controllers <names>',
        'analysis: work on AnalysisRuns only, whoever makes them; all: on everything',
      )
        .choices(SCOPES)
        .default('all'),
    )
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists all flags)');
  for (const flag of Object.keys(IGNORED)) command.addOption(new Option(`--${flag}`).hideHelp());
  command.parse([...args], { from: 'user' });
  return settingsOf(command.opts<Flags>(), env, ignoredOf(command));
}

/** What was given and has no effect. */
function ignoredOf(command: Command): readonly string[] {
  const given = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  const names = new Set(given.map((option) => option.long));
  return Object.entries(IGNORED)
    .map(([flag, why]) => ({ name: `--${nameOf(flag)}`, why }))
    .filter(({ name }) => names.has(name))
    .map(({ name, why }) => `${name}: ${why}`);
}

const SCOPES: readonly Scope[] = ['all', 'analysis'];
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

interface Flags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly namespaced: boolean;
  readonly instanceId: string;
  readonly controllers: Scope;
  readonly rolloutThreads: number;
  readonly analysisThreads: number;
  readonly serviceThreads: number;
  readonly qps: number;
  readonly burst: number;
  readonly metricsport: number;
  readonly healthzport: number;
  readonly leaderElect: boolean;
  readonly rolloutResync: number;
  readonly logLevel: string;
  readonly logFormat: 'text' | 'json';
  readonly selfServiceNotificationEnabled: boolean;
}

function settingsOf(
  flags: Flags,
  env: Readonly<Record<string, string | undefined>>,
  ignored: readonly string[],
): Settings {
  const controllerNamespace = flags.namespace ?? env['POD_NAMESPACE'] ?? 'argo-rollouts';
  return {
    version: VERSION,
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    namespace: flags.namespaced ? controllerNamespace : null,
    controllerNamespace,
    instanceId: flags.instanceId,
    controllers: flags.controllers,
    rolloutThreads: flags.rolloutThreads,
    analysisThreads: flags.analysisThreads,
    serviceThreads: flags.serviceThreads,
    qps: flags.qps,
    burst: flags.burst,
    metricsPort: flags.metricsport,
    healthzPort: flags.healthzport,
    leaderElect: flags.leaderElect,
    resyncSeconds: flags.rolloutResync,
    logLevel: flags.logLevel,
    logFormat: flags.logFormat,
    selfService: flags.selfServiceNotificationEnabled,
    ignored,
  };
}

function bool(text: string): boolean {
  if (['true', '1', 'yes'].includes(text)) return true;
  if (['false', '0', 'no'].includes(text)) return false;
  throw new InvalidArgumentError('expected true or false');
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('expected a port, 0 to 65535');
  return value;
}
