import type { CallReport, ConversationTurn } from '#rules/call/call-report.js';
import { applyCallReport, NOTHING_KNOWN } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { WebhookReading } from '#telephony/port/telephony-provider.js';

export type Source = 'callback' | 'look-up';

/** What is known of the call, whoever told it. */
export class HeardCall {
  readonly webhooks = { genuine: 0, forged: 0, unreadable: 0 };
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
  get wasAnswered(): boolean {
    return this.facts.status === 'completed';
  }

  /** An event says in its name which facts it knows, also of those that are told only where they are news. */
  knows(name: string): boolean {
    return [...this.keys].some((key) => key.split(':').includes(name));
  }

  adopt(providerCallId: string): void {
    this.facts = { ...this.facts, providerCallId };
  }

  hearWebhook(reading: WebhookReading): void {
    switch (reading.kind) {
      case 'forged':
        this.webhooks.forged++;
        return this.tell('callback: not signed as the provider signs');
      case 'unreadable':
        this.webhooks.unreadable++;
        return this.tell(`callback: not understood (${reading.cause})`);
      case 'reports':
        this.webhooks.genuine++;
        if (reading.reports.length === 0) this.tell('callback: tells nothing that is kept');
        for (const report of reading.reports) this.hear('callback', report);
    }
  }

  /** The same twice is the same once, as in the engine. */
  hear(source: Source, report: CallReport): void {
    if (source === 'callback' && report.status && isFinalCallStatus(report.status)) this.isEndCalledBack = true;
    if (this.keys.has(report.reportKey)) return;
    this.keys.add(report.reportKey);
    this.facts = applyCallReport(this.facts, report);
    if (this.messages.length === 0) this.messages = report.messages ?? [];
    this.tell(`${source}: ${described(report)}`);
  }
}

function described(report: CallReport): string {
  const { status, answeredBy, outcome, endReason, durationSeconds, cost, messages } = report;
  const parts = [
    status,
    answeredBy && `answered by ${answeredBy}`,
    outcome,
    endReason && `"${endReason}"`,
    durationSeconds !== undefined && `${durationSeconds} s`,
    report.recordingUrl && 'recording',
    messages && `${messages.length} turns`,
    report.transcript && 'transcript',
    report.summary && 'summary',
    cost && `cost ${cost}`,
  ];
  return parts.filter(Boolean).join(', ') || 'a word that we do not know';
}
