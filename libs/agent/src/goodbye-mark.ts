/** What the model writes at the end of its last words. */
export const GOODBYE_MARK = '[hang up]';

/** Keeps the mark from being spoken, in however many pieces it comes. */
export class GoodbyeFilter {
  private pending = '';
  private found = false;

  get isGoodbye(): boolean {
    return this.found;
  }

  /** @returns what can be spoken by now. */
  push(piece: string): string {
    if (this.found) return '';
    const text = this.pending + piece;
    const at = text.search(/\[hang up\]/i);
    this.found = at >= 0;
    this.pending = this.found ? '' : beginningOfMark(text);
    return this.found ? text.slice(0, at) : text.slice(0, text.length - this.pending.length);
  }

  /** What was held back and has turned out to be no mark. */
  rest(): string {
    const rest = this.pending;
    this.pending = '';
    return rest;
  }
}

/** The end of the text, as far as it may be the beginning of the mark. */
function beginningOfMark(text: string): string {
  const at = text.lastIndexOf(GOODBYE_MARK.charAt(0));
  const end = at < 0 ? '' : text.slice(at);
  return GOODBYE_MARK.startsWith(end.toLowerCase()) ? end : '';
}
