import { pause, whenAborted } from './patience.js';
import { judgeDeath } from './restart-pause.js';
import { messageOf, StartError } from './start-error.js';
import { ChildLife, type ChildEnd, type ChildProgram } from './supervised-child.js';

export interface SupervisorOptions {
  readonly logFile: string;
  /** Environment of a child, read again at each start. */
  readonly environment: () => NodeJS.ProcessEnv;
  readonly onNote: (note: string) => void;
  /** Called if no restart can help a child. The supervisor continues with the others until it is stopped. */
  readonly onGiveUp: (error: StartError) => void;
  /** Milliseconds that a child may take to end before it is killed; 10 s by default. */
  readonly stopPatienceMs?: number;
}

const STOP_PATIENCE_MS = 10_000;

/** Keeps programs running: one that dies is started again, after a growing pause. */
export class Supervisor {
  private readonly children: SupervisedChild[] = [];
  private isSystemUp = false;
  private isStopped = false;

  constructor(private readonly options: SupervisorOptions) {}

  start(programs: readonly ChildProgram[]): void {
    for (const program of programs) {
      const child = new SupervisedChild(program, this.options, () => this.isSystemUp);
      this.children.push(child);
      child.start();
    }
  }

  /** Marks the system as up. A child that dies from now on is always started again. */
  systemIsUp(): void {
    this.isSystemUp = true;
  }

  /** Ends every child and starts it again, with the present environment. */
  async restartAll(): Promise<void> {
    await this.stopChildren();
    if (!this.isStopped) for (const child of this.children) child.start();
  }

  /** Ends all children for good, one after the other, the last started first. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.stopChildren();
  }

  private async stopChildren(): Promise<void> {
    for (const child of this.children.toReversed()) await child.stop();
  }
}

class SupervisedChild {
  private stopping = new AbortController();
  private lives: Promise<void> = Promise.resolve();

  constructor(
    private readonly program: ChildProgram,
    private readonly options: SupervisorOptions,
    private readonly isSystemUp: () => boolean,
  ) {}

  start(): void {
    this.stopping = new AbortController();
    this.lives = this.live(this.stopping.signal).catch((error: unknown) => {
      this.options.onGiveUp(
        new StartError(`${this.program.name} cannot be supervised: ${messageOf(error)}`, { cause: error }),
      );
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.lives;
  }

  private async live(stopping: AbortSignal): Promise<void> {
    const stopped = whenAborted(stopping);
    for (let deaths = 0; !stopping.aborted;) {
      const life = await ChildLife.begin(this.program, this.options.logFile, this.options.environment());
      await Promise.race([life.ended, stopped]);
      if (stopping.aborted) return life.stop(this.options.stopPatienceMs ?? STOP_PATIENCE_MS);
      const end = await life.ended;
      const wasSystemUp = this.isSystemUp();
      const verdict = judgeDeath({ ...end, deathsBefore: deaths, wasSystemUp });
      if (verdict.action === 'give_up') return this.giveUp(life, end);
      deaths = verdict.deaths;
      this.options.onNote(`${this.program.name} ${endedHow(end)}; it is started again in ${verdict.pauseMs / 1000} s.`);
      await pause(verdict.pauseMs, stopping);
    }
  }

  private async giveUp(life: ChildLife, end: ChildEnd): Promise<void> {
    const lines = await life.lastLines();
    const said = lines.length > 0 ? `. Its last words:\n${lines.join('\n')}` : ' without a word.';
    this.options.onGiveUp(new StartError(`${this.program.name} ${endedHow(end)}${said}`));
  }
}

function endedHow({ exitCode, signal }: ChildEnd): string {
  if (signal !== null) return `was ended by ${signal}`;
  return exitCode === null ? 'could not be started' : `ended with exit code ${exitCode}`;
}
