import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { plainFlags } from './argv.ts';
import { complaint } from './complaint.ts';
import { declareActions } from './declare/actions.ts';
import { declareAnalyze } from './declare/analyze.ts';
import { declareDemo } from './declare/demo.ts';
import { declareGates } from './declare/gates.ts';
import { declareGit } from './declare/git.ts';
import { declareLookups } from './declare/lookups.ts';
import { declareMigrate } from './declare/migrate.ts';
import { declareSimulate } from './declare/simulate.ts';
import { declareTools } from './declare/tools.ts';
import { declareClusterFlags } from './flags.ts';
import type { Io } from './io.ts';
import { say } from './lines.ts';

/** Ctrl-C, as a shell tells it. */
const INTERRUPTED = 130;

/** Runs one command line (without program and script) and returns the exit code. Never rejects. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const outcome = { code: 0 };
  const program = makeProgram(io, (code) => {
    outcome.code = code;
  });
  try {
    await program.parseAsync([...plainFlags(argv)], { from: 'user' });
    return outcome.code;
  } catch (error) {
    // The parser has told its errors already; help is not one.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageCode(argv);
    if (io.ended.aborted) return INTERRUPTED;
    say(io.err, `Error: ${complaint(error)}`);
    return troubleCode(argv);
  }
}

/** Of these a wrong command line is told from a release that went another way than hoped. */
function usageCode(argv: readonly string[]): number {
  return ['simulate', 'analyze'].includes(commandIn(argv)) ? 2 : troubleCode(argv);
}

/** Where 1 is the verdict on a run, what is wrong beside it has another code. */
function troubleCode(argv: readonly string[]): number {
  return commandIn(argv) === 'create' && argv.includes('--wait') ? 2 : 1;
}

function commandIn(argv: readonly string[]): string {
  return argv.find((word) => !word.startsWith('-')) ?? '';
}

/** The commands, with what they do loaded only when it is done. */
export function makeProgram(io: Io, done: (code: number) => void): Command {
  const program = new Command('kubectl sluice');
  program
    .description('Looks after rollouts: shows them, promotes, aborts, retries, restarts and undoes them.')
    .usage('COMMAND [flags]')
    .version(`kubectl-sluice: v${VERSION}`, '--version', 'print the version of this program')
    .helpCommand(true)
    .showHelpAfterError('(add --help for help)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, 'Error:')),
    })
    .exitOverride();
  declareClusterFlags(program);
  const means = { io, done };
  declareLookups(program, means);
  declareActions(program, means);
  declareGates(program, means);
  declareGit(program, means);
  declareTools(program, means);
  declareMigrate(program, means);
  declareSimulate(program, means);
  declareAnalyze(program, means);
  declareDemo(program, means);
  for (const command of withSubcommands(program)) {
    command.copyInheritedSettings(program).exitOverride();
  }
  return program;
}

function withSubcommands(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...withSubcommands(child)]);
}
