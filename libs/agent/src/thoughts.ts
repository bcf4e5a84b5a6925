const OPENING = { text: '<think>', pattern: /<think>/i } as const;
const CLOSING = { text: '</think>', pattern: /<\/think>/i } as const;

/**
 * Keeps what a reasoning model thinks aloud, `<think>…</think>`, from being spoken, in however many pieces it comes.
 */
export class ThoughtFilter {
  private pending = '';
  private isThinking = false;

  /** @returns what can be passed on by now. */
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

  /** What was held back and has turned out to be no tag; a thought that never ended is not told. */
  rest(): string {
    const rest = this.isThinking ? '' : this.pending;
    this.pending = '';
    return rest;
  }
}

/** The end of the text, as far as it may be the beginning of the tag. */
function beginningOf(tag: string, text: string): string {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (tag.startsWith(end.toLowerCase())) return end;
  }
  return '';
}

/** Of a whole answer; some servers leave out the opening tag, which their template has written. */
export function withoutThoughts(text: string): string {
  const parts = text.split(CLOSING.pattern);
  if (parts.length > 1) return parts.at(-1) ?? '';
  const filter = new ThoughtFilter();
  return filter.push(text) + filter.rest();
}
