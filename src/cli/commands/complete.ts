import type { Command, Option } from 'commander';
import { resources } from '../../api/resources.ts';
import { clusterFlags, type GivenFlags } from '../flags.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';

/** Whoever waits for a completion waits for no slow cluster. */
const patience = '2s';

/** Options whose value is a file. */
const TAKES_FILES: ReadonlySet<string> = new Set(['--filename', '--kubeconfig', '--input', '--from-file']);

/** What a shell does besides showing our words. Source: the completion protocol of kubectl's plugins. */
const NO_FILES = ':4';
const FILES = ':0';

/** `__complete WORD...`: what may stand for the last word, a line each, with a description after a tab. */
export async function complete(io: Io, program: Command, words: readonly string[]): Promise<number> {
  const typed = words.at(-1) ?? '';
  const { command, flags, open } = walk(program, words.slice(0, -1));
  if (open !== null) {
    const choices = open.argChoices ?? (await namesFor(io, flags, { command, open }));
    return tell(io, typed, choices, TAKES_FILES.has(open.long ?? '') ? FILES : NO_FILES);
  }
  if (typed.startsWith('-')) return tell(io, typed, optionsOf(command), NO_FILES);
  const children = command.commands.filter((child) => !child.name().startsWith('__'));
  if (children.length > 0)
    return tell(
      io,
      typed,
      children.map((child) => `${child.name()}\t${child.description()}`),
      NO_FILES,
    );
  if (command.name() === 'lint') return tell(io, typed, [], FILES);
  if (command.name() === 'completion') return tell(io, typed, ['bash', 'zsh', 'fish', 'kubectl'], NO_FILES);
  if (command.name() === 'migrate') return tell(io, typed, await targets(io, flags, typed), NO_FILES);
  const takesNames = command.registeredArguments[0]?.name() === 'name';
  return tell(io, typed, takesNames ? await rollouts(io, flags, command) : [], NO_FILES);
}

interface Walked {
  readonly command: Command;
  readonly flags: GivenFlags;
  /** The option whose value is being typed. */
  readonly open: Option | null;
}

/** Follows the words to a command, and picks up the flags that say which cluster. */
function walk(program: Command, words: readonly string[]): Walked {
  let command = program;
  let open: Option | null = null;
  const flags: Record<string, string> = {};
  for (const word of words) {
    if (open !== null) {
      flags[open.attributeName()] = word;
      open = null;
    } else if (word.startsWith('-')) {
      const [name = '', value] = word.split('=');
      const option = [...command.options, ...program.options].find(
        (one) => one.long === name || one.short === name,
      );
      if (option?.required !== true) continue;
      if (value === undefined) open = option;
      else flags[option.attributeName()] = value;
    } else {
      const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      command = child ?? command;
    }
  }
  const { namespace, context, kubeconfig, cluster, user, server } = flags;
  const all = { namespace, context, kubeconfig, cluster, user, server };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { command, flags: given, open };
}

function optionsOf(command: Command): readonly string[] {
  return command.options
    .filter((option) => !option.hidden)
    .map((option) => `${option.long ?? option.short ?? ''}\t${option.description}`);
}

function tell(io: Io, typed: string, candidates: readonly string[], directive: string): number {
  say(io.out, ...candidates.filter((candidate) => candidate.startsWith(typed)), directive);
  return 0;
}

async function rollouts(io: Io, flags: GivenFlags, command: Command): Promise<readonly string[]> {
  if (['experiment', 'analysisrun'].includes(command.name())) return [];
  return ask(io, flags, async ({ api, namespace }) => {
    const { items } = await api.list(resources.rollouts, { namespace }, ({ metadata }) => metadata.name);
    return items;
  });
}

/** `deployment/shop`: the kinds first, then the names of the one that is typed. */
async function targets(io: Io, flags: GivenFlags, typed: string): Promise<readonly string[]> {
  const { TARGET_NOUNS, resourceOf } = await import('../migrate/target.ts');
  const noun = TARGET_NOUNS.find((one) => typed.startsWith(`${one}/`));
  if (noun === undefined) return TARGET_NOUNS.map((one) => `${one}/`);
  return ask(io, flags, async ({ api, namespace }) => {
    const { items } = await api.list(resourceOf(noun), { namespace }, ({ metadata }) => metadata.name);
    return items.map((name) => `${noun}/${name}`);
  });
}

/** Names that the value of an option may have. */
async function namesFor(
  io: Io,
  flags: GivenFlags,
  { command, open }: { readonly command: Command; readonly open: Option },
): Promise<readonly string[]> {
  const { long = '' } = open;
  if (long === '--namespace') return namespaces(io, flags);
  if (long === '--from-rollout' || long === '--rollout') return rollouts(io, flags, command);
  const isTemplate = long === '--template' || (long === '--from' && command.name() === 'analysisrun');
  return isTemplate ? templates(io, flags) : [];
}

async function templates(io: Io, flags: GivenFlags): Promise<readonly string[]> {
  return ask(io, flags, async ({ api, namespace }) => {
    const { items } = await api.list(
      resources.analysisTemplates,
      { namespace },
      ({ metadata }) => metadata.name,
    );
    return items;
  });
}

async function namespaces(io: Io, flags: GivenFlags): Promise<readonly string[]> {
  return ask(io, flags, async ({ api }) => {
    const { items } = await api.list(resources.namespaces, {}, ({ metadata }) => metadata.name);
    return items;
  });
}

/** Asks the cluster. Without an answer there is nothing to complete, and nobody to tell about it. */
async function ask(
  io: Io,
  flags: GivenFlags,
  question: (cluster: Cluster) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    const cluster = await io.connect(clusterFlags({ ...flags, requestTimeout: patience }), 'calls');
    try {
      return await question(cluster);
    } finally {
      await cluster.close();
    }
  } catch {
    return [];
  }
}
