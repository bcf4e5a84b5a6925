import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { laterOf, type RememberedDatabase } from '#rules/restore/restore-signs.js';

const FILE_NAME = 'remembered-database.json';
const OWNER_ONLY = 0o600;

/** Memory of each installation, by its id. */
export type Remembered = ReadonlyMap<string, RememberedDatabase>;

/** Stores outside of the database what the processes of this host remember of it. All of them share the file. */
export class RememberedFile {
  private constructor(readonly path: string) {}

  /**
   * Finds the file in a data directory; null if there is no such directory. `npm start` makes it, or an operator mounts
   * one.
   */
  static in(dataDir: string): RememberedFile | null {
    return existsSync(dataDir) ? new RememberedFile(join(dataDir, FILE_NAME)) : null;
  }

  /**
   * Reads the file.
   * @throws Error if it exists and cannot be read or parsed.
   */
  async read(): Promise<Remembered> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return new Map();
    return new Map(Object.entries(JSON.parse(text) as Record<string, unknown>).map(readEntry));
  }

  /**
   * Writes the later state of the known one and the file's, atomically and onto the disk. Two processes that write at
   * once may overwrite each other. `isBehind` shows that, and the caller writes again.
   */
  async write(known: Remembered): Promise<void> {
    const merged = merge(await this.read().catch(() => new Map<string, RememberedDatabase>()), known);
    const draft = `${this.path}.${process.pid}.${randomBytes(6).toString('hex')}`;
    try {
      const file = await open(draft, 'wx', OWNER_ONLY);
      await file.writeFile(`${JSON.stringify(Object.fromEntries(merged), null, 2)}\n`);
      await file.sync().finally(() => file.close());
      await rename(draft, this.path);
      await syncDirectory(dirname(this.path));
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** True while the file lacks some of what is known. */
  async isBehind(known: Remembered): Promise<boolean> {
    const inFile = await this.read().catch(() => new Map<string, RememberedDatabase>());
    return [...known].some(([id, database]) => {
      const kept = inFile.get(id);
      if (!kept || kept.acceptance?.id !== database.acceptance?.id) return !kept || laterOf(kept, database) !== kept;
      return BigInt(kept.counter) < BigInt(database.counter);
    });
  }
}

export function merge(one: Remembered, other: Remembered): Remembered {
  const merged = new Map(one);
  for (const [id, database] of other) {
    const known = merged.get(id);
    merged.set(id, known ? laterOf(known, database) : database);
  }
  return merged;
}

/** Checks an entry, so that an edited file does not end the process later, in the middle of a comparison. */
function readEntry([id, value]: [string, unknown]): [string, RememberedDatabase] {
  const entry = value as RememberedDatabase;
  const numbers = [entry.counter, entry.position ?? '0', entry.acceptance?.standing.counter ?? '0'];
  if (typeof entry.database_oid !== 'string' || !numbers.every((number) => /^\d+$/.test(number)))
    throw new Error(`the entry of installation ${id} is not one of ours`);
  return [id, entry];
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
