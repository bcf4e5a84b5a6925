import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedRecording } from '../../port/telephony-provider.js';
import { directoryId } from '../ownership/directory-id.js';
import { ENGINE_FILES } from '../engine/engine-config.js';
import { openAsStereo } from './stereo-wav.js';

const SAMPLES_PER_SECOND = 8_000;
/** Address of a recording: id of its directory, and its dialer job. Earlier versions left out the directory. */
const URL_FORM = /^sip-recording:(?:([\da-f]{16}):)?((?!intake-)[\w-]{1,64})$/;

export interface Sound {
  readonly dialerJobId: string;
  /** True if the campaign wants a recording. */
  readonly isWanted: boolean;
}

/** Resolves when the engine has finished all that it had begun before; false: the engine did not answer. */
export type Barrier = () => Promise<boolean>;

/**
 * Assigns recordings to calls. baresip's sndfile names a file by the second of the answer alone. Two calls in one
 * second share a file. The engine's directory is therefore replaced after each answer. A call keeps the files only if
 * no other call can have begun within those few milliseconds. A recording may thus be missing, but never contains
 * another person's words.
 */
export class RecordingStore {
  private readonly directory: string;
  private readonly intake: string;
  private turn: { readonly claimant: string; readonly done: Promise<void> } | null = null;
  /** Number of sounds that have begun, by which a turn notices other calls. */
  private signs = 0;
  private written = '';
  private readonly begun = new Set<string>();

  constructor(private readonly home: string) {
    this.directory = join(home, 'recordings');
    this.intake = join(home, ENGINE_FILES.intake);
  }

  /**
   * Prepares an empty intake before the engine starts or when a new owner takes over. Files that are left in the intake
   * belong to no call.
   */
  open(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const left = readdirSync(this.directory).filter((name) => name.startsWith('intake-'));
    this.turnIntake();
    for (const name of left) rmSync(join(this.directory, name), { recursive: true, force: true });
  }

  /**
   * Notes that a call's sound begins, or begins again. The first part is kept if it is wanted. `onKept` receives its
   * address if there is a recording.
   */
  begin({ dialerJobId, isWanted }: Sound, barrier: Barrier, onKept: (recordingUrl: string) => void): void {
    if (this.turn?.claimant === dialerJobId) return;
    this.signs += 1;
    if (this.turn) return void this.begun.add(dialerJobId);
    const kept = this.settle(isWanted && !this.begun.has(dialerJobId) ? dialerJobId : null, barrier);
    const done = kept.then((isKept) => (isKept ? onKept(this.urlOf(dialerJobId)) : undefined));
    this.begun.add(dialerJobId);
    this.turn = { claimant: dialerJobId, done: done.catch(() => undefined).finally(() => (this.turn = null)) };
  }

  /** Gives the engine an empty intake after a time in which no worker was connected. */
  renew(barrier: Barrier): Promise<void> {
    const done = this.settleMixed(this.turnIntake(), barrier)
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => (this.turn = null));
    this.turn = { claimant: '', done };
    return done;
  }

  /** Forgets a call that is over. */
  end(dialerJobId: string): void {
    this.begun.delete(dialerJobId);
  }

  /**
   * Opens a recording: the callee on the left channel, our side on the right.
   * @throws the file system's error.
   */
  async read(recordingUrl: string): Promise<OpenedRecording> {
    const place = this.find(recordingUrl);
    if (place === 'elsewhere') return 'unavailable';
    if (place === 'nowhere') return 'gone';
    try {
      const [heard, played] = [soundIn(place.directory, '-dec.wav'), soundIn(place.directory, '-enc.wav')];
      if (heard === null || played === null) return 'gone';
      return { contentType: 'audio/wav', ...(await openAsStereo(heard, played, SAMPLES_PER_SECOND)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
      throw error;
    }
  }

  /** @returns true if certainly no recording is left. */
  delete(recordingUrl: string): boolean {
    const place = this.find(recordingUrl);
    if (typeof place === 'object') rmSync(place.directory, { recursive: true, force: true });
    return place !== 'elsewhere';
  }

  private urlOf(dialerJobId: string): string {
    return `sip-recording:${directoryId(this.home)}:${dialerJobId}`;
  }

  /**
   * Finds the directory of a recording. `elsewhere`: it belongs to another host, or to an earlier directory of this
   * one. `nowhere`: the address is not one of a SIP recording.
   */
  private find(recordingUrl: string): { readonly directory: string } | 'elsewhere' | 'nowhere' {
    const [, home, dialerJobId] = URL_FORM.exec(recordingUrl) ?? [];
    if (dialerJobId === undefined) return 'nowhere';
    const isHere = home === undefined ? existsSync(this.directory) : home === directoryId(this.home);
    return isHere ? { directory: join(this.directory, dialerJobId) } : 'elsewhere';
  }

  /**
   * Moves the files of one call out of the intake. The engine has opened them before the first barrier. Files that it
   * opens after the second lie in the next directory.
   */
  private async settle(claimant: string | null, barrier: Barrier): Promise<boolean> {
    const seen = this.signs;
    const isWritten = await barrier();
    const written = this.turnIntake();
    if (!(await barrier()) || !isWritten) return false;
    if (this.signs !== seen) return this.settleMixed(written, barrier);
    const isKept = claimant !== null && isOneCalls(written);
    if (isKept) renameSync(written, join(this.directory, claimant));
    else rmSync(written, { recursive: true, force: true });
    return isKept;
  }

  /**
   * Deletes directories that several calls share. Calls that began meanwhile may be in the old directory or the new
   * one, so neither can be assigned.
   */
  private async settleMixed(mixed: string, barrier: Barrier): Promise<false> {
    const seen = this.signs;
    const alsoMixed = this.turnIntake();
    const isTurned = await barrier();
    rmSync(mixed, { recursive: true, force: true });
    if (isTurned && this.signs !== seen) return this.settleMixed(alsoMixed, barrier);
    if (isTurned) rmSync(alsoMixed, { recursive: true, force: true });
    return false;
  }

  /**
   * Points the intake to a new directory. It exists at every moment: without it the engine would play nothing to the
   * callee.
   * @returns the directory until now.
   */
  private turnIntake(): string {
    const { written } = this;
    this.written = join(this.directory, `intake-${randomBytes(6).toString('hex')}`);
    mkdirSync(this.written, { mode: 0o700 });
    rmSync(`${this.intake}.new`, { force: true });
    symlinkSync(this.written, `${this.intake}.new`);
    renameSync(`${this.intake}.new`, this.intake);
    return written;
  }
}

/** True if the directory holds one file of what was heard, one of what was played, and nothing else. */
function isOneCalls(directory: string): boolean {
  const names = readdirSync(directory);
  return names.length === 2 && ['-dec.wav', '-enc.wav'].every((ending) => names.some((name) => name.endsWith(ending)));
}

function soundIn(directory: string, ending: string): string | null {
  const name = readdirSync(directory).find((one) => one.endsWith(ending));
  return name === undefined ? null : join(directory, name);
}
