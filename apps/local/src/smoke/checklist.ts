import { textTable } from '../demo/text-table.js';

/** ✓ held · ✗ did not · – could not be seen. */
export type Mark = '✓' | '✗' | '–';

export interface Verdict {
  readonly mark: Mark;
  readonly seen: string;
  /** What it usually means, and what to do. */
  readonly hint?: string;
}

/** What was looked for and what was seen, said as it happens and once more in the end. */
export class Checklist {
  private readonly verdicts = new Map<string, Verdict>();

  /** @param names all that there is to judge, in the order of the table. */
  constructor(
    private readonly names: readonly string[],
    private readonly print: (line: string) => void,
  ) {}

  judge(name: string, verdict: Verdict): void {
    this.verdicts.set(name, verdict);
    const { mark, seen, hint } = verdict;
    this.print(`${mark} ${name}: ${seen}`);
    if (hint !== undefined) this.print(`    ${hint}`);
  }

  note(text: string): void {
    this.print(`    ${text}`);
  }

  get hasFailed(): boolean {
    return this.count('✗') > 0;
  }

  /** What nobody came to judge could not be seen. */
  close(): void {
    const rows = this.names.map((name) => [
      this.markOf(name),
      name,
      this.verdicts.get(name)?.seen ?? 'did not come to it',
    ]);
    const [held, failed, unseen] = [this.count('✓'), this.count('✗'), this.count('–')];
    this.print(`\n${textTable(['', 'check', 'what was seen'], rows, { hasTotals: false })}\n`);
    this.print(`${held} held, ${failed} did not, ${unseen} could not be seen`);
  }

  private markOf(name: string): Mark {
    return this.verdicts.get(name)?.mark ?? '–';
  }

  private count(mark: Mark): number {
    return this.names.filter((name) => this.markOf(name) === mark).length;
  }
}
