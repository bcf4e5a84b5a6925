import { textTable } from '../demo/text-table.js';

/** ✓ passed · ✗ failed · – could not be observed. */
export type Mark = '✓' | '✗' | '–';

export interface Verdict {
  readonly mark: Mark;
  readonly seen: string;
  /** Usual meaning, and advice. */
  readonly hint?: string;
}

/** List of checks and their results, printed as they come and once more as a table. */
export class Checklist {
  private readonly verdicts = new Map<string, Verdict>();

  /** @param names all checks, in the order of the table. */
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

  /** Marks the checks without a result as not observed. */
  close(): void {
    const rows = this.names.map((name) => [
      this.markOf(name),
      name,
      this.verdicts.get(name)?.seen ?? 'did not come to it',
    ]);
    const [passed, failed, unseen] = [this.count('✓'), this.count('✗'), this.count('–')];
    this.print(`\n${textTable(['', 'check', 'what was seen'], rows, { hasTotals: false })}\n`);
    this.print(`${passed} passed, ${failed} failed, ${unseen} could not be seen`);
  }

  private markOf(name: string): Mark {
    return this.verdicts.get(name)?.mark ?? '–';
  }

  private count(mark: Mark): number {
    return this.names.filter((name) => this.markOf(name) === mark).length;
  }
}
