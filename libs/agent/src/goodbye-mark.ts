/** Mark that the model writes after its last words. */
export const GOODBYE_MARK = '[hang up]';

/** Keeps the mark from being spoken, in however many pieces it arrives. */
export class GoodbyeFilter {
  private pending = '';
  private found = false;

  get isGoodbye(): boolean {
    return this.found;
  }

  /** Adds a piece. @returns the text that can be spoken now. */
  push(piece: string): string {
    if (this.found) return '';
    const text = this.pending + piece;
    const at = text.search(/\[hang up\]/i);
    this.found = at >= 0;
    this.pending = this.found ? '' : beginningOfMark(text);
    return this.found ? text.slice(0, at) : text.slice(0, text.length - this.pending.length);
  }

  /** Returns the pending text, which has turned out to be no mark. */
  rest(): string {
    const rest = this.pending;
    this.pending = '';
    return rest;
  }
}

/** Returns the end of a text that may be the beginning of the mark. */
function beginningOfMark(text: string): string {
  const at = text.lastIndexOf(GOODBYE_MARK.charAt(0));
  const end = at < 0 ? '' : text.slice(at);
  return GOODBYE_MARK.startsWith(end.toLowerCase()) ? end : '';
}
