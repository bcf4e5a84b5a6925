import type { CallEvent, ConversationTurn } from '#rules/call/call-report.js';
import { applyCallEvent, NOTHING_KNOWN } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { CallbackReading } from '#telephony/port/telephony-provider.js';

export type Source = 'callback' | 'look-up';

/** What is known of the call, whoever told it. */
export class HeardCall {
  readonly callbacks = { genuine: 0, forged: 0, unreadable: 0 };
  facts = NOTHING_KNOWN;
  messages: readonly ConversationTurn[] = [];
  isEndCalledBack = false;
  private readonly keys = new Set<string>();

  /** @param tell is told each thing as it comes. */
  constructor(private readonly tell: (what: string) => void) {}

  get hasEnded(): boolean {
    return isFinalCallStatus(this.facts.status);
  }

  /** Somebody took the call, or something did. */
  get wasTaken(): boolean {
    return this.facts.status === 'completed';
  }

  /** An event says in its name which facts it knows, also of those that are told only where they are news. */
  knows(name: string): boolean {
    return [...this.keys].some((key) => key.split(':').includes(name));
  }

  adopt(providerCallId: string): void {
    this.facts = { ...this.facts, providerCallId };
  }

  takeCallback(reading: CallbackReading): void {
    switch (reading.kind) {
      case 'forged':
        this.callbacks.forged++;
        return this.tell('callback: not signed as the provider signs');
      case 'unreadable':
        this.callbacks.unreadable++;
        return this.tell(`callback: not understood (${reading.cause})`);
      case 'events':
        this.callbacks.genuine++;
        if (reading.events.length === 0) this.tell('callback: tells nothing that is kept');
        for (const event of reading.events) this.take('callback', event);
    }
  }

  /** The same twice is the same once, as in the engine. */
  take(source: Source, event: CallEvent): void {
    if (source === 'callback' && event.status && isFinalCallStatus(event.status)) this.isEndCalledBack = true;
    if (this.keys.has(event.eventKey)) return;
    this.keys.add(event.eventKey);
    this.facts = applyCallEvent(this.facts, event);
    if (this.messages.length === 0) this.messages = event.messages ?? [];
    this.tell(`${source}: ${described(event)}`);
  }
}

function described(event: CallEvent): string {
  const { status, answeredBy, outcome, endReason, durationSeconds, cost, messages } = event;
  const parts = [
    status,
    answeredBy && `answered by ${answeredBy}`,
    outcome,
    endReason && `"${endReason}"`,
    durationSeconds !== undefined && `${durationSeconds} s`,
    event.recordingUrl && 'recording',
    messages && `${messages.length} turns`,
    event.transcript && 'transcript',
    event.summary && 'summary',
    cost && `cost ${cost}`,
  ];
  return parts.filter(Boolean).join(', ') || 'a word that we do not know';
}
