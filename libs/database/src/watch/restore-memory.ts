import { Logger } from '@nestjs/common';
import { laterOf, type RememberedDatabase } from '#rules/restore/restore-signs.js';
import { merge, type Remembered, type RememberedFile } from './remembered-file.js';

/** Shortest interval between writes of a position alone, which moves even while nothing is dialed. */
const POSITION_EVERY_MS = 60_000;

const MOST_WRITES = 5;

/**
 * Remembers the databases that this process has worked on. If there is a data directory, a file keeps the memory beyond
 * the process.
 */
export class RestoreMemory {
  private readonly logger = new Logger('RestoreMemory');
  private remembered: Remembered = new Map();
  private loading: Promise<void> | null = null;
  private writing: Promise<void> = Promise.resolve();
  private isStale = false;
  private writtenAt = -Infinity;
  private isTrouble = false;

  /** @param file null: the memory ends with this process. */
  constructor(private readonly file: RememberedFile | null) {}

  get path(): string | null {
    return this.file?.path ?? null;
  }

  /**
   * Returns the memory as it was before the database is read. A state noted meanwhile must not be compared with an
   * earlier answer.
   */
  async known(): Promise<Remembered> {
    await (this.loading ??= this.load());
    return this.remembered;
  }

  note(installationId: string, present: RememberedDatabase): void {
    const before = this.remembered.get(installationId);
    const now = before ? laterOf(before, present) : present;
    if (before && isSame(before, now)) return;
    this.remembered = new Map(this.remembered).set(installationId, now);
    if (!before || isMoreThanPosition(before, now) || performance.now() - this.writtenAt > POSITION_EVERY_MS)
      this.isStale = true;
    if (this.isStale) void this.keep();
  }

  /** Returns the highest dialing counter known here of an installation. */
  counterOf(installationId: string): string | null {
    return this.remembered.get(installationId)?.counter ?? null;
  }

  /** Resolves once all that is known now is on disk, or could not be written. */
  keep(): Promise<void> {
    return (this.writing = this.writing.then(() => this.write()));
  }

  /** Writes again what another process of this host has overwritten. */
  async mend(): Promise<void> {
    if (this.file === null || this.remembered.size === 0) return;
    if (await this.file.isBehind(this.remembered)) this.isStale = true;
    await this.keep();
  }

  private async load(): Promise<void> {
    if (this.file === null) {
      this.logger.log('No data directory (OUTDIAL_DATA_DIR): a restore while every process is down is not noticed');
      return;
    }
    try {
      this.remembered = merge(await this.file.read(), this.remembered);
    } catch (error) {
      this.logger.error('Memory of the database cannot be read, so a restore is not noticed', {
        file: this.file.path,
        err: error,
      });
    }
  }

  private async write(): Promise<void> {
    if (this.file === null || !this.isStale) return;
    try {
      for (let n = 0; n < MOST_WRITES && this.isStale; n++) {
        this.isStale = false;
        await this.file.write(this.remembered);
        this.isStale = await this.file.isBehind(this.remembered);
      }
      this.writtenAt = performance.now();
      this.isTrouble = false;
    } catch (error) {
      this.isStale = true;
      if (!this.isTrouble)
        this.logger.warn('Memory of the database cannot be written; the next round tries again', {
          file: this.file.path,
          err: error,
        });
      this.isTrouble = true;
    }
  }
}

function isSame(one: RememberedDatabase, other: RememberedDatabase): boolean {
  return !isMoreThanPosition(one, other) && one.position === other.position;
}

function isMoreThanPosition(one: RememberedDatabase, other: RememberedDatabase): boolean {
  return (
    one.counter !== other.counter ||
    one.acceptance?.id !== other.acceptance?.id ||
    one.system_identifier !== other.system_identifier ||
    one.database_oid !== other.database_oid ||
    one.timeline !== other.timeline
  );
}
