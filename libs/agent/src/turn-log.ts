import type { ConversationTurn } from '#rules/call/call-report.js';
import { firstCharacters } from '#rules/values/characters.js';
import { asStorableText } from '#rules/call/storable-report.js';

/** A turn that may still grow, or be cut. */
export interface OpenTurn {
  readonly role: ConversationTurn['role'];
  readonly secondsFromStart: number;
  text: string;
  isCut: boolean;
}

/** What one conversation holds: hours of talk. Whoever sends more than this is no telephone. */
export const CONVERSATION_BOUNDS = { charactersOfTurn: 4_000, turns: 500, bytes: 200_000 } as const;

/** Who said what, in the order in which it began, within bounds. */
export class TurnLog {
  private readonly entries: OpenTurn[];
  private isOverfull = false;

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

  /** Adds a turn, of which the first 4,000 characters are kept; what is beyond all bounds is not kept. */
  add(role: OpenTurn['role'], said: string): OpenTurn {
    const text = firstCharacters(said, CONVERSATION_BOUNDS.charactersOfTurn);
    const entry = { role, text, secondsFromStart: this.secondsFromStart(), isCut: false };
    if (this.hasRoomFor(text)) this.entries.push(entry);
    else this.isOverfull = true;
    return entry;
  }

  /** Whether a turn was not kept: the conversation has to end. */
  get isFull(): boolean {
    return this.isOverfull;
  }

  private hasRoomFor(text: string): boolean {
    const bytes = this.entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.text), Buffer.byteLength(text));
    return this.entries.length < CONVERSATION_BOUNDS.turns && bytes <= CONVERSATION_BOUNDS.bytes;
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
