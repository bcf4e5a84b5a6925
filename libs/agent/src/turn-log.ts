import type { ConversationTurn } from '#rules/call-event.js';
import { asStorableText } from '#rules/storable-event.js';

/** A turn that may still grow, or be cut. */
export interface OpenTurn {
  readonly role: ConversationTurn['role'];
  readonly secondsFromStart: number;
  text: string;
  isCut: boolean;
}

/** Who said what, in the order in which it began. */
export class TurnLog {
  private readonly entries: OpenTurn[];

  /** @param earlier what was said before. */
  constructor(
    private readonly secondsFromStart: () => number,
    earlier: readonly ConversationTurn[] = [],
  ) {
    this.entries = earlier.map(({ role, text, seconds_from_start }) => ({
      role,
      text,
      secondsFromStart: seconds_from_start,
      isCut: false,
    }));
  }

  add(role: OpenTurn['role'], text: string): OpenTurn {
    const entry = { role, text, secondsFromStart: this.secondsFromStart(), isCut: false };
    this.entries.push(entry);
    return entry;
  }

  /**
   * Leaves of the agent's latest turn what was heard of it: nothing, perhaps. `heard` may be its beginning, or only the
   * sentence that was cut short. What was cut once is not being spoken any more.
   */
  cutAgent(heard: string): void {
    const latest = this.entries.findLast(({ role }) => role === 'agent');
    if (!latest || latest.isCut) return;
    latest.isCut = true;
    const at = latest.text.indexOf(heard);
    if (at >= 0) latest.text = latest.text.slice(0, at + heard.length);
    else if (heard.length < latest.text.length) latest.text = heard;
  }

  get turns(): ConversationTurn[] {
    return this.entries.flatMap(({ role, text, secondsFromStart }) => {
      const said = asStorableText(text).trim();
      return said === '' ? [] : [{ role, text: said, seconds_from_start: secondsFromStart }];
    });
  }
}
