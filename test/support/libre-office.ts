import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Comma, double quote, UTF-8, from the first line. */
const CSV_IN_UTF_8 = 'CSV:44,34,76,1';

/** Converts with every text in quotes, and cells as they are shown. */
const CSV_AS_SHOWN = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true';

export function hasLibreOffice(): boolean {
  try {
    execFileSync('soffice', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Opens a CSV file in LibreOffice. @returns the XML of its spreadsheet. */
export function asSheet(csv: Buffer): Promise<string> {
  return converted(csv, 'fods');
}

/** Cells of a CSV file as LibreOffice shows them. */
export function asCsv(csv: Buffer): Promise<string> {
  return converted(csv, CSV_AS_SHOWN);
}

async function converted(csv: Buffer, to: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-sheet-'));
  try {
    await writeFile(join(folder, 'contacts.csv'), csv);
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const out = join(folder, 'out');
    const what = ['--convert-to', to, `--infilter=${CSV_IN_UTF_8}`, '--outdir', out, join(folder, 'contacts.csv')];
    await run('soffice', ['--headless', profile, ...what]);
    return await readFile(join(out, `contacts.${to.split(':', 1)[0]!}`), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
