import type { ConversationTurn } from '#rules/call/call-report.js';
import { firstCharacters } from '#rules/values/characters.js';
import { asStorableText } from '#rules/call/storable-report.js';

/** Turn that may still grow or be cut. */
export interface OpenTurn {
  readonly role: ConversationTurn['role'];
  readonly secondsFromStart: number;
  text: string;
  isCut: boolean;
}

/** Bounds of one conversation: hours of talk. A sender that exceeds them is no telephone. */
export const CONVERSATION_BOUNDS = { charactersOfTurn: 4_000, turns: 500, bytes: 200_000 } as const;

/** Log of turns in the order in which they began, within bounds. */
export class TurnLog {
  private readonly entries: OpenTurn[];
  private isOverfull = false;

  /** Starts a log. @param earlier turns of earlier sessions. */
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

  /** Adds a turn, of which the first 4,000 characters are stored; a turn beyond the other bounds is dropped. */
  add(role: OpenTurn['role'], said: string): OpenTurn {
    const text = firstCharacters(said, CONVERSATION_BOUNDS.charactersOfTurn);
    const entry = { role, text, secondsFromStart: this.secondsFromStart(), isCut: false };
    if (this.fits(text)) this.entries.push(entry);
    else this.isOverfull = true;
    return entry;
  }

  /** True if a turn was dropped: the conversation has to end. */
  get isFull(): boolean {
    return this.isOverfull;
  }

  private fits(text: string): boolean {
    const bytes = this.entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.text), Buffer.byteLength(text));
    return this.entries.length < CONVERSATION_BOUNDS.turns && bytes <= CONVERSATION_BOUNDS.bytes;
  }

  /**
   * Cuts the agent's latest turn to the part that was heard, which may be empty. `heard` may be its beginning, or only
   * the interrupted sentence. A turn that was cut once is no longer being spoken.
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
