const MARK = /^[,.;:!?…]/;
const BLANK = /^[^\S\n]/;

/**
 * Joins the pieces of a text, and closes the gap of a missing value: "Hi {{first_name}}, …" becomes "Hi, …". Everything
 * else stays as it was written.
 */
export class TemplateJoiner {
  private readonly pieces: string[] = [];
  private isAfterGap = false;
  private isWithValues = false;

  add(text: string): void {
    if (text === '') return;
    const piece = this.isAfterGap ? this.closedUp(text) : text;
    if (piece === '') return;
    this.isAfterGap = false;
    this.pieces.push(piece);
  }

  /** Adds a value unchanged. */
  addValue(text: string): void {
    this.isWithValues = true;
    this.addFallback(text);
  }

  /** Adds a fallback unchanged. */
  addFallback(text: string): void {
    this.isAfterGap = false;
    this.pieces.push(text);
  }

  /** True if a value of a person is in the text. */
  get hasValues(): boolean {
    return this.isWithValues;
  }

  /** Marks the gap of a missing value. */
  leaveOut(): void {
    this.isAfterGap = true;
  }

  get lastCharacter(): string | undefined {
    return this.pieces.at(-1)?.at(-1);
  }

  /** Returns the joined text. @param removed numbers of pieces that are left out. */
  joined(removed: ReadonlySet<number>): string {
    if (this.isAfterGap) this.trimEnd(true);
    return this.pieces.filter((_, index) => !removed.has(index)).join('');
  }

  get length(): number {
    return this.pieces.length;
  }

  /** Removes the blanks, marks and endings at the beginning of a text that belonged to the missing value before it. */
  private closedUp(text: string): string {
    const rest = text.replace(/^['’]s(?![\p{L}\p{N}])/u, '');
    if (this.isAtStart) return rest.replace(/^[^\S\n]*(?:[,.;:!?…][^\S\n]*)?/, '');
    if (this.lastCharacter === '(' && rest.startsWith(')')) return this.withoutBrackets(rest.slice(1));
    if (rest.startsWith('\n')) this.trimEnd(true);
    else if (MARK.test(rest)) this.trimEnd(rest[0] !== '…');
    else if (BLANK.test(rest)) this.trimEnd(MARK.test(rest.trimStart()));
    return this.isAtStart ? rest.replace(/^[^\S\n]+/, '') : rest;
  }

  private get isAtStart(): boolean {
    return this.lastCharacter === undefined || this.lastCharacter === '\n';
  }

  private withoutBrackets(rest: string): string {
    this.cutLast(1);
    this.isAfterGap = true;
    return this.closedUp(rest);
  }

  /** Removes blanks, and a comma that would precede another mark or an end. */
  private trimEnd(dropsComma: boolean): void {
    this.trimBlanks();
    if (!dropsComma || this.lastCharacter !== ',') return;
    this.cutLast(1);
    this.trimBlanks();
  }

  private trimBlanks(): void {
    for (let last = this.pieces.at(-1); last !== undefined; last = this.pieces.at(-1)) {
      const end = endOfText(last);
      if (end === last.length) return;
      this.cutLast(last.length - end);
      if (end > 0) return;
    }
  }

  private cutLast(count: number): void {
    const last = this.pieces.pop()!;
    if (last.length > count) this.pieces.push(last.slice(0, -count));
  }
}

function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] !== '\n' && BLANK.test(text[end - 1]!)) end--;
  return end;
}
