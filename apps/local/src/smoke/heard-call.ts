import type { CallReport, ConversationTurn } from '#rules/call/call-report.js';
import { applyCallReport, NOTHING_KNOWN } from '#rules/call/call-facts.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { WebhookReading } from '#telephony/port/telephony-provider.js';

export type Source = 'webhook' | 'look-up';

/** Facts known of the call, from webhooks and look-ups. */
export class HeardCall {
  readonly webhooks = { genuine: 0, forged: 0, unreadable: 0 };
  facts = NOTHING_KNOWN;
  messages: readonly ConversationTurn[] = [];
  hasWebhookOfEnd = false;
  private readonly keys = new Set<string>();

  /** @param tell receives each new fact. */
  constructor(private readonly tell: (what: string) => void) {}

  get hasEnded(): boolean {
    return isFinalCallStatus(this.facts.status);
  }

  /** True if a person or a machine answered. */
  get wasAnswered(): boolean {
    return this.facts.status === 'completed';
  }

  /** Tells if a report's key names this fact. A key also names facts whose value is empty. */
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
        return this.tell('webhook: not signed as the provider signs');
      case 'unreadable':
        this.webhooks.unreadable++;
        return this.tell(`webhook: not understood (${reading.cause})`);
      case 'reports':
        this.webhooks.genuine++;
        if (reading.reports.length === 0) this.tell('webhook: tells nothing that is kept');
        for (const report of reading.reports) this.hear('webhook', report);
    }
  }

  /** Adds a report. A report that arrives twice counts once, as in the engine. */
  hear(source: Source, report: CallReport): void {
    if (source === 'webhook' && report.status && isFinalCallStatus(report.status)) this.hasWebhookOfEnd = true;
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
