import type { ApiAnswer, ApiCaller, Order } from './api-caller.js';
import type { CampaignEdit, TenantEdit } from './drawn-terms.js';

/** Change to who may be called. */
export type Change =
  | { readonly kind: 'listed'; readonly phoneNumber: string; readonly expiresAt: number | null }
  | { readonly kind: 'opted_out'; readonly phoneNumber: string }
  | { readonly kind: 'unlisted'; readonly phoneNumber: string }
  | { readonly kind: 'consent'; readonly phoneNumber: string; readonly consent: 'given' | 'revoked' }
  | { readonly kind: 'campaign_terms'; readonly campaignId: string; readonly edit: CampaignEdit }
  | { readonly kind: 'tenant_terms'; readonly edit: TenantEdit };

export type ChangeKind = Change['kind'];

/** A change that was asked for until there was an answer; by the machine's clock. */
export interface AskedChange {
  readonly change: Change;
  /** The first request, perhaps unheard and yet carried out. */
  readonly askedAt: number;
  /** The request that was answered. */
  readonly requestedAt: number;
  readonly answeredAt: number;
  /** True if the answer says done. Else the change was refused, for example because the number is no longer listed. */
  readonly isAcknowledged: boolean;
}

/** Asks for changes one by one, and remembers what was answered. */
export class ChangeLog {
  readonly changes: AskedChange[] = [];

  constructor(private readonly caller: ApiCaller) {}

  /** @param changeOf what was asked for, as far as only the answer tells. */
  async ask(order: Order, changeOf: Change | ((answer: ApiAnswer) => Change)): Promise<void> {
    const askedAt = Date.now();
    const answer = await this.caller.insist(order);
    const { status, startedAt: requestedAt, answeredAt } = answer;
    const isAcknowledged = status < 300;
    if (typeof changeOf === 'function' && !isAcknowledged) return;
    const change = typeof changeOf === 'function' ? changeOf(answer) : changeOf;
    this.changes.push({ change, askedAt, requestedAt, answeredAt, isAcknowledged });
  }
}
