import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineProcess } from '#telephony/sip/engine/engine-process.js';
import { isRunning, signalProcess } from '#telephony/sip/engine/process-mark.js';
import { DEBIAN_MODULE_PATH, type SipSettings } from '#telephony/sip/engine/sip-settings.js';
import { SippCallee } from './sipp-callee.js';

const SAMPLES_PER_SECOND = 8_000;

/** A directory for an engine, a prompt for it to play, and a callee that it calls. */
export class SipSite {
  readonly directory = mkdtempSync(join(tmpdir(), 'outdial-sip-'));
  /** The engine's program, by a name that can be taken away. */
  readonly binary = join(this.directory, 'baresip');

  private constructor(readonly callee: SippCallee) {
    symlinkSync('/usr/bin/baresip', this.binary);
  }

  static async open(scenario: string): Promise<SipSite> {
    return new SipSite(await SippCallee.start(scenario));
  }

  settings(differences: Partial<SipSettings> = {}): SipSettings {
    return {
      binary: this.binary,
      modulePath: DEBIAN_MODULE_PATH,
      directory: join(this.directory, 'sip'),
      trunk: `127.0.0.1:${this.callee.port}`,
      user: 'outdial',
      password: null,
      domain: null,
      localAddress: '127.0.0.1',
      sipPort: 0,
      audioFile: this.prompt(60),
      recordings: false,
      correlation: 'uri_parameter',
      drainSeconds: 0,
      ...differences,
    };
  }

  /** A tone of so many seconds. @returns its path. */
  prompt(seconds: number, samplesPerSecond = SAMPLES_PER_SECOND): string {
    const path = join(this.directory, `prompt-${seconds}-${samplesPerSecond}.wav`);
    writeFileSync(path, toneOf(seconds, samplesPerSecond));
    return path;
  }

  /** The engine that was started last. */
  engine(): EngineProcess {
    return JSON.parse(readFileSync(join(this.directory, 'sip', 'engine.json'), 'utf8')) as EngineProcess;
  }

  engineLog(): string {
    return readFileSync(join(this.directory, 'sip', 'engine.log'), 'utf8');
  }

  signalEngine(signal: NodeJS.Signals): void {
    signalProcess(this.engine(), signal);
  }

  isEngineRunning(): boolean {
    return isRunning(this.engine());
  }

  /** Connects as any program on this host may. The engine has one connection, and the latest replaces the others. */
  async openConnection(engine = this.engine()): Promise<Socket> {
    const socket = connect(engine.ports.control, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** The engine's modules but for one. @returns their directory. */
  modulesWithout(missing: string): string {
    const directory = join(this.directory, 'modules');
    mkdirSync(directory);
    for (const name of readdirSync(DEBIAN_MODULE_PATH)) {
      if (name !== missing) symlinkSync(join(DEBIAN_MODULE_PATH, name), join(directory, name));
    }
    return directory;
  }

  /** Names of the files that the provider or its engine has written and that hold this text. */
  filesWith(text: string): string[] {
    const names = readdirSync(join(this.directory, 'sip'), { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return files.filter((path) => readFileSync(path).includes(text));
  }

  async close(): Promise<void> {
    await this.callee.close();
    if (this.hasEngine()) this.signalEngine('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private hasEngine(): boolean {
    try {
      return this.isEngineRunning();
    } catch {
      return false;
    }
  }
}

function toneOf(seconds: number, samplesPerSecond: number): Buffer {
  const sound = Buffer.alloc(2 * Math.round(seconds * samplesPerSecond));
  for (let n = 0; 2 * n < sound.length; n += 1) {
    sound.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * n) / samplesPerSecond)), 2 * n);
  }
  const header = Buffer.from('RIFF....WAVEfmt ....................data....', 'latin1');
  header.writeUInt32LE(36 + sound.length, 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(samplesPerSecond, 24);
  header.writeUInt32LE(2 * samplesPerSecond, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
}
