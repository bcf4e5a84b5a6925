import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedRecording } from '../../port/telephony-provider.js';
import { directoryId } from '../ownership/directory-id.js';
import { ENGINE_FILES } from '../engine/engine-config.js';
import { openAsStereo } from './stereo-wav.js';

const SAMPLES_PER_SECOND = 8_000;
/** The directory that it lies in, and the dialer job; the first is left out by earlier versions. */
const URL_FORM = /^sip-recording:(?:([\da-f]{16}):)?((?!intake-)[\w-]{1,64})$/;

export interface Sound {
  readonly dialerJobId: string;
  /** Is it to be kept? */
  readonly isWanted: boolean;
}

/** Resolves when the engine has finished all that it had begun before it was asked; false: it was not heard. */
export type Barrier = () => Promise<boolean>;

/**
 * Whose recording is whose. baresip's sndfile names a file by the second in which a call is answered and nothing else:
 * two calls in one second share it. So the directory that it writes to is turned after each answer, and a call keeps
 * what was written only when no other can have begun meanwhile (a few milliseconds): a recording may be missing, but
 * never holds another person's words.
 */
export class RecordingShelf {
  private readonly directory: string;
  private readonly intake: string;
  private turn: { readonly claimant: string; readonly done: Promise<void> } | null = null;
  /** Counts every sign of sound, so that a turn notices others. */
  private signs = 0;
  private written = '';
  private readonly begun = new Set<string>();

  constructor(private readonly home: string) {
    this.directory = join(home, 'recordings');
    this.intake = join(home, ENGINE_FILES.intake);
  }

  /** Before the engine begins, or when a new owner takes over: whatever the intake holds is nobody's. */
  open(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const left = readdirSync(this.directory).filter((name) => name.startsWith('intake-'));
    this.turnIntake();
    for (const name of left) rmSync(join(this.directory, name), { recursive: true, force: true });
  }

  /**
   * A sign that a call's sound begins, or begins anew: then its first part is kept, if it is wanted at all. `onKept`
   * learns where the recording is, if there is one.
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

  /** Gets the engine a clean intake, after a time in which nobody heard whose sound began. */
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

  /** The call is over. */
  end(dialerJobId: string): void {
    this.begun.delete(dialerJobId);
  }

  /** The callee on the left, what we played on the right. @throws what the file system did. */
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

  /** @returns whether there is certainly none any more. */
  delete(recordingUrl: string): boolean {
    const place = this.find(recordingUrl);
    if (typeof place === 'object') rmSync(place.directory, { recursive: true, force: true });
    return place !== 'elsewhere';
  }

  private urlOf(dialerJobId: string): string {
    return `sip-recording:${directoryId(this.home)}:${dialerJobId}`;
  }

  /**
   * elsewhere: in the directory of another host, or of this one before it was made anew · nowhere: it is no address of
   * ours.
   */
  private find(recordingUrl: string): { readonly directory: string } | 'elsewhere' | 'nowhere' {
    const [, home, dialerJobId] = URL_FORM.exec(recordingUrl) ?? [];
    if (dialerJobId === undefined) return 'nowhere';
    const isHere = home === undefined ? existsSync(this.directory) : home === directoryId(this.home);
    return isHere ? { directory: join(this.directory, dialerJobId) } : 'elsewhere';
  }

  /**
   * The engine has opened its files before the first barrier; what it opens after the second is in the next directory.
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

  /** Those who began meanwhile may be in the old directory or in the new one: neither is anybody's. */
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
   * There is an intake at any time: without one the engine would play nothing to the callee. @returns the one until
   * now.
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

/** What was heard and what was played, and nothing else. */
function isOneCalls(directory: string): boolean {
  const names = readdirSync(directory);
  return names.length === 2 && ['-dec.wav', '-enc.wav'].every((ending) => names.some((name) => name.endsWith(ending)));
}

function soundIn(directory: string, ending: string): string | null {
  const name = readdirSync(directory).find((one) => one.endsWith(ending));
  return name === undefined ? null : join(directory, name);
}
