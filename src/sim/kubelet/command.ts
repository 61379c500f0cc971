import type { Handler } from './pod.ts';

/** What a command does, as far as it shows from outside. Nothing is ever executed. */
export type Program =
  | { readonly kind: 'runs' }
  | { readonly kind: 'ends'; readonly afterMs: number; readonly exitCode: number };

const RUNS: Program = { kind: 'runs' };
const SHELL = /(^|\/)(ba|da|a)?sh$/;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a container's command: `sleep N`, `exit M`, `true`, `false`, `echo` and `:`, joined by `&&`, `;` or
 * lines, alone or in `sh -c`. Whatever else it meets is taken for a server that runs for ever, and so is no
 * command at all.
 */
export function interpret(command: readonly string[], args: readonly string[]): Program {
  const words = [...command, ...args];
  if (words.length === 0) return RUNS;
  const [first = '', ...rest] = words;
  const inShell = SHELL.test(first);
  const script = inShell ? rest.find((word) => !word.startsWith('-')) : words.join(' ');
  return script === undefined ? RUNS : runScript(script);
}

/** How long a lifecycle handler takes, in milliseconds. */
export function handlerMs(handler: Handler | undefined): number {
  if (handler?.sleep !== undefined) return handler.sleep.seconds * 1000;
  const program = interpret(handler?.exec?.command ?? [], []);
  return program.kind === 'ends' ? program.afterMs : 0;
}

function runScript(script: string): Program {
  let afterMs = 0;
  let exitCode = 0;
  for (const statement of script.split(/[;\n]/)) {
    for (const part of statement.split('&&')) {
      const text = part.trim();
      if (text === '') continue;
      const step = runPart(text);
      if (step === null) return RUNS;
      afterMs += step.ms;
      exitCode = step.code;
      if (step.exits) return { kind: 'ends', afterMs, exitCode };
      if (exitCode !== 0) break;
    }
  }
  return { kind: 'ends', afterMs, exitCode };
}

interface Step {
  readonly ms: number;
  readonly code: number;
  readonly exits: boolean;
}

// Null: not understood.
function runPart(text: string): Step | null {
  const [word = '', argument = ''] = text.split(/\s+/);
  const name = word.replace(/^.*\//, '');
  if (name === 'true' || name === ':' || name === 'echo') return { ms: 0, code: 0, exits: false };
  if (name === 'false') return { ms: 0, code: 1, exits: false };
  if (name === 'exit') return { ms: 0, code: Number.parseInt(argument || '0', 10), exits: true };
  const sleep = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(argument);
  if (name !== 'sleep' || sleep === null) return null;
  return { ms: Number(sleep[1]) * (UNITS[sleep[2] || 's'] ?? 1000), code: 0, exits: false };
}
