import { parseArgs } from 'node:util';
import { OPS_COMMANDS } from './command-table.js';
import { UsageError, type OpsArguments, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

/** Opens the context while `work` runs. */
export type LendContext = (work: (context: OpsContext) => Promise<OpsReport>) => Promise<OpsReport>;

export interface OpsTerminal {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/**
 * Runs `npm run ops -- <argv>`.
 * @returns the exit code: 0, 1 if the command found a fault or failed, 2 for wrong arguments.
 */
export async function runOps(
  argv: readonly string[],
  lendContext: LendContext,
  terminal: OpsTerminal,
): Promise<number> {
  if (argv.length === 0) {
    terminal.print(listCommands());
    return 0;
  }
  const work = readWork(argv);
  if (work instanceof UsageError) {
    terminal.complain(work.message);
    return EXIT_USAGE;
  }
  const { text, isFailure } = await lendContext(work);
  terminal.print(text);
  return isFailure ? EXIT_FAILURE : 0;
}

function listCommands(): string {
  const width = Math.max(...OPS_COMMANDS.map((command) => synopsis(command).length));
  const lines = OPS_COMMANDS.map((command) => `  ${synopsis(command).padEnd(width)}  ${command.summary}`);
  return [
    'npm run ops -- <command>: without --yes a command that has it only says what it would do.',
    '',
    ...lines,
  ].join('\n');
}

function synopsis({ name, usage }: OpsCommand): string {
  return `${name} ${usage}`.trimEnd();
}

function readWork(argv: readonly string[]): UsageError | ReturnType<OpsCommand['prepare']> {
  const command = OPS_COMMANDS.find(({ name }) => name === argv.slice(0, wordsOf(name)).join(' '));
  if (!command) {
    return new UsageError(`"${argv[0]}" is not a command: use ${OPS_COMMANDS.map((one) => one.name).join(', ')}.`);
  }
  try {
    return command.prepare(readArguments(command, argv.slice(wordsOf(command.name))));
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function wordsOf(name: string): number {
  return name.split(' ').length;
}

function readArguments(command: OpsCommand, rest: readonly string[]): OpsArguments {
  const { positionals, values } = parse(command, rest);
  const entries = Object.entries(values);
  return {
    positionals,
    flags: new Set(entries.flatMap(([option, value]) => (value === true ? [option] : []))),
    values: Object.fromEntries(
      entries.flatMap(([option, value]) => (typeof value === 'string' ? [[option, value]] : [])),
    ),
  };
}

function parse(command: OpsCommand, rest: readonly string[]) {
  try {
    return parseArgs({ args: [...rest], options: command.options, allowPositionals: true, strict: true });
  } catch {
    throw new UsageError(`Those arguments do not fit: npm run ops -- ${synopsis(command)}`);
  }
}
