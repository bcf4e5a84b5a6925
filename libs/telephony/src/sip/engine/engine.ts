import { setTimeout as pause } from 'node:timers/promises';
import { foreignText } from '#runtime/foreign-text.js';
import { ControlLink, type EngineEvent } from './control-link.js';
import { EngineCommands } from './engine-commands.js';
import { EngineLog } from './engine-log.js';
import { endEngine, findEngine, hasEnded, isUpToDate, startEngine, type EngineProcess } from './engine-process.js';
import { EngineFailure, troubleOf, type EngineTrouble } from './engine-trouble.js';
import { isRunning } from './process-mark.js';
import type { SipSettings } from './sip-settings.js';
import type { LogFields } from '../../port/tell-operator.js';

export interface EngineListener {
  /**
   * Called when an engine answers, whether new or left by an earlier owner. The engine is used once the promise
   * resolves.
   */
  onReady(engine: ReadyEngine): Promise<void>;
  onEvent(event: EngineEvent): void;
  /** Called when the engine has died, and its calls with it. */
  onGone(engineId: string): void;
  /** True while calls keep the engine from being ended. */
  carriesCalls(): boolean;
  /** Tells the operator something. Repetitions of the last message are left out. */
  note(text: string, fields?: LogFields): void;
}

export interface ReadyEngine {
  readonly id: string;
  readonly commands: EngineCommands;
}

const CONNECT_PATIENCE_MS = 10_000;
const CONNECT_EVERY_MS = 50;
const HEALTH_CHECK_MS = 5_000;
const DEATH_PATIENCE_MS = 1_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const HEALTHY_LIFE_MS = 30_000;
const TRIED_VERSION = /^1\.0\./;

/**
 * Keeps one engine running and connected. It adopts a running engine, or starts one, and starts it again when it dies.
 */
export class Engine {
  /** Null while no engine can be used. */
  ready: ReadyEngine | null = null;
  /** True for an engine with old settings that still carries calls. It gets no new ones. */
  isOutdated = false;
  /** Reason why there is no engine. */
  trouble: EngineTrouble = 'engine_unavailable';
  private process: EngineProcess | null = null;
  private link: ControlLink | null = null;
  private readonly log: EngineLog;
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly settings: SipSettings,
    private readonly listener: EngineListener,
  ) {
    this.log = new EngineLog(settings.directory);
    this.done = this.keep();
  }

  get isRunning(): boolean {
    return this.process !== null && isRunning(this.process);
  }

  /**
   * Stops the engine, which says goodbye to its callees.
   * @returns the id of the engine that was stopped.
   */
  async stop(): Promise<string | null> {
    this.stopping.abort();
    this.link?.close();
    await this.done;
    if (this.process) await endEngine(this.process);
    return this.process?.id ?? null;
  }

  /** Ends an outdated engine without calls, so that a new one is started. */
  async renewIfIdle(): Promise<void> {
    if (this.isOutdated && this.process && !this.listener.carriesCalls()) await endEngine(this.process);
  }

  private async keep(): Promise<void> {
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.stopping.signal.aborted;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      const begunAt = performance.now();
      await this.attend().catch((error: unknown) => this.complain(error));
      if (performance.now() - begunAt > HEALTHY_LIFE_MS) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private complain(error: unknown): void {
    this.trouble = troubleOf(error);
    const why = foreignText(error instanceof Error ? error.message : error);
    this.listener.note('There is no SIP engine', { trouble: this.trouble, err: error });
    try {
      this.log.note(why);
    } catch {
      return;
    }
  }

  /** Finds or starts an engine and uses it until the connection ends. */
  private async attend(): Promise<void> {
    const engine = await this.obtain();
    this.link = await this.connect(engine);
    if (this.link) await this.use(engine, this.link);
    else if (!this.stopping.signal.aborted) await this.giveUpOn(engine);
    this.ready = null;
    this.link = null;
    if (!this.stopping.signal.aborted && (await hasEnded(engine, DEATH_PATIENCE_MS))) this.lose(engine);
  }

  private async giveUpOn(engine: EngineProcess): Promise<void> {
    const isSilent = isRunning(engine);
    await endEngine(engine);
    this.lose(engine);
    throw isSilent
      ? new EngineFailure('engine_silent', 'it runs and does not answer on its control socket')
      : new EngineFailure('engine_ends_at_once', 'it has ended; what it said of that stands in engine.log');
  }

  private lose({ id }: EngineProcess): void {
    this.trouble = 'engine_unavailable';
    this.listener.onGone(id);
  }

  private async obtain(): Promise<EngineProcess> {
    const found = findEngine(this.settings.directory);
    if (this.process !== null && this.process.id !== found?.id) this.listener.onGone(this.process.id);
    this.isOutdated = found !== null && !isUpToDate(found, this.settings);
    if (found && this.isOutdated && !this.listener.carriesCalls()) await endEngine(found);
    this.process = found && isRunning(found) ? found : await startEngine(this.settings);
    this.isOutdated &&= this.process === found;
    return this.process;
  }

  /**
   * Connects to the engine.
   * @returns null if it does not answer, or is not the one that was started.
   */
  private async connect(engine: EngineProcess): Promise<ControlLink | null> {
    for (const giveUpAt = performance.now() + CONNECT_PATIENCE_MS; performance.now() < giveUpAt;) {
      if (this.stopping.signal.aborted || !isRunning(engine)) return null;
      const link = await ControlLink.open(engine.ports.control, (event) => this.listener.onEvent(event)).catch(
        () => null,
      );
      if (link && (await this.commandsOf(engine, link).id()) === engine.id) return link;
      link?.close();
      await pause(CONNECT_EVERY_MS);
    }
    return null;
  }

  private async use(engine: EngineProcess, link: ControlLink): Promise<void> {
    const ready = { id: engine.id, commands: this.commandsOf(engine, link) };
    await this.listener.onReady(ready);
    if (!this.stopping.signal.aborted) this.ready = ready;
    await this.greet(ready);
    void this.renewIfIdle();
    const health = setInterval(() => void this.checkHealth(ready.commands), HEALTH_CHECK_MS);
    await link.closed;
    clearInterval(health);
  }

  private async greet({ commands }: ReadyEngine): Promise<void> {
    const version = await commands.version();
    if (version === null) return;
    if (TRIED_VERSION.test(version)) this.listener.note('SIP engine is ready', { baresip: version });
    else
      this.listener.note('SIP engine is ready, but of an untried version; 1.0.x is known to work', {
        baresip: version,
      });
  }

  /**
   * Asks the engine for a sign of life. A silent engine loses its connection, and is ended if it is silent on the next
   * one.
   */
  private async checkHealth(commands: EngineCommands): Promise<void> {
    if ((await commands.id()) !== null) this.tidyLog();
  }

  private tidyLog(): void {
    try {
      this.log.tidy();
    } catch (error) {
      this.listener.note('engine.log could not be shortened', { err: error });
    }
  }

  private commandsOf({ ports }: EngineProcess, link: ControlLink): EngineCommands {
    return new EngineCommands(link, this.settings, ports);
  }
}
