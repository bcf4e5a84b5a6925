const OPENING = { text: '<think>', pattern: /<think>/i } as const;
const CLOSING = { text: '</think>', pattern: /<\/think>/i } as const;

/** Keeps a reasoning model's thoughts, `<think>…</think>`, from being spoken, in however many pieces they arrive. */
export class ThoughtFilter {
  private pending = '';
  private isThinking = false;

  /** Adds a piece. @returns the text that can be passed on now. */
  push(piece: string): string {
    let rest = this.pending + piece;
    let said = '';
    for (;;) {
      const { text, pattern } = this.isThinking ? CLOSING : OPENING;
      const at = rest.search(pattern);
      if (at < 0) break;
      if (!this.isThinking) said += rest.slice(0, at);
      rest = rest.slice(at + text.length);
      this.isThinking = !this.isThinking;
    }
    this.pending = beginningOf((this.isThinking ? CLOSING : OPENING).text, rest);
    return this.isThinking ? said : said + rest.slice(0, rest.length - this.pending.length);
  }

  /** Returns the pending text, which has turned out to be no tag; an unfinished thought is dropped. */
  rest(): string {
    const rest = this.isThinking ? '' : this.pending;
    this.pending = '';
    return rest;
  }
}

/** Returns the end of the text that may be the beginning of the tag. */
function beginningOf(tag: string, text: string): string {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (tag.startsWith(end.toLowerCase())) return end;
  }
  return '';
}

/** Removes thoughts from a whole answer. Some servers omit the opening tag, which their template has written. */
export function withoutThoughts(text: string): string {
  const parts = text.split(CLOSING.pattern);
  if (parts.length > 1) return parts.at(-1) ?? '';
  const filter = new ThoughtFilter();
  return filter.push(text) + filter.rest();
}
