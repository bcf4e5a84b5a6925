import { setTimeout as pause } from 'node:timers/promises';
import { ControlLink, type EngineEvent } from './control-link.js';
import { EngineCommands } from './engine-commands.js';
import {
  boundLog,
  endEngine,
  findEngine,
  hasEnded,
  isUpToDate,
  noteInLog,
  startEngine,
  type EngineProcess,
} from './engine-process.js';
import { isRunning } from './process-mark.js';
import type { SipSettings } from './sip-settings.js';

export interface EngineListener {
  /** An engine answers, a new one or one that an earlier owner left; it is used once this has resolved. */
  onReady(engine: ReadyEngine): Promise<void>;
  onEvent(event: EngineEvent): void;
  /** It has died, and its calls with it. */
  onGone(engineId: string): void;
  /** Is it free to be ended? */
  carriesCalls(): boolean;
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

/** Keeps one engine running and connected: adopts the one that is there, starts one where there is none, and again when it dies. */
export class Engine {
  /** Null while there is none that can be used. */
  ready: ReadyEngine | null = null;
  /** True for one with other settings that still carries calls: it is given no more. */
  isOutdated = false;
  private process: EngineProcess | null = null;
  private link: ControlLink | null = null;
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly settings: SipSettings,
    private readonly listener: EngineListener,
  ) {
    this.done = this.keep();
  }

  /** Ends the engine only if no call is on it; otherwise it goes on by itself, and is found by the next owner. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.link?.close();
    await this.done;
    if (this.process && !this.listener.carriesCalls()) await endEngine(this.process);
  }

  /** Ends an outdated engine whose last call is over, for another to be started. */
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
      await this.attend().catch((error: unknown) => noteInLog(this.settings.directory, String(error)));
      if (performance.now() - begunAt > HEALTHY_LIFE_MS) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** One life of a connection. */
  private async attend(): Promise<void> {
    const engine = await this.obtain();
    this.link = await this.connect(engine);
    if (this.link) await this.use(engine, this.link);
    else if (!this.stopping.signal.aborted) await endEngine(engine);
    this.ready = null;
    this.link = null;
    if (!this.stopping.signal.aborted && (await hasEnded(engine, DEATH_PATIENCE_MS))) this.listener.onGone(engine.id);
  }

  private async obtain(): Promise<EngineProcess> {
    const found = findEngine(this.settings.directory);
    this.isOutdated = found !== null && !isUpToDate(found, this.settings);
    if (found && this.isOutdated && !this.listener.carriesCalls()) await endEngine(found);
    this.process = found && isRunning(found) ? found : await startEngine(this.settings);
    this.isOutdated &&= this.process === found;
    return this.process;
  }

  /** Null when it does not answer, or is not the one that was started. */
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
    void this.renewIfIdle();
    const health = setInterval(() => this.checkHealth(ready.commands), HEALTH_CHECK_MS);
    await link.closed;
    clearInterval(health);
  }

  /** An engine that does not answer loses its connection, and its life if it does not answer on the next one either. */
  private checkHealth(commands: EngineCommands): void {
    void commands.id();
    boundLog(this.settings.directory);
  }

  private commandsOf({ ports }: EngineProcess, link: ControlLink): EngineCommands {
    return new EngineCommands(link, this.settings, ports);
  }
}
