import { RETRY_REASONS } from '#rules/attempt/retry-policy.js';
import { StartError } from '../../../apps/local/src/processes/start-error.js';
import { MAX_CALL_SECONDS } from '../judge/age-checks.js';
import type { ApiAnswer, ApiCaller } from './api-caller.js';
import type { NewContact } from './contacts.js';
import { ANY_HOUR } from './drawn-terms.js';

export interface CampaignTerms {
  readonly name: string;
  readonly maxConcurrentCalls: number;
  readonly maxRetries: number;
  readonly requiresConsent?: boolean;
}

/** A command that was answered with 200, when by the machine's clock. */
export interface Acknowledged {
  readonly campaignId: string;
  readonly command: Command;
  readonly requestedAt: number;
  readonly answeredAt: number;
}

export type Command = 'start' | 'pause' | 'resume' | 'stop';

/** A campaign of the run, and what the API promised about it. */
export class ChaosCampaign {
  /** Numbers that the API said it has. */
  readonly acknowledged = new Set<string>();
  refused = 0;
  private isAtWork: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly caller: ApiCaller,
    readonly id: string,
    readonly terms: CampaignTerms,
    private readonly onAcknowledged: (acknowledged: Acknowledged) => void,
  ) {}

  static async create(
    caller: ApiCaller,
    terms: CampaignTerms,
    onAcknowledged: (acknowledged: Acknowledged) => void,
  ): Promise<ChaosCampaign> {
    return new ChaosCampaign(caller, await createWith(caller, terms, OPTIONAL_FIELDS), terms, onAcknowledged);
  }

  /**
   * Adds contacts in one request, again and again until the API answers. A number that is already there was added by a
   * request whose answer got lost.
   */
  async add(contacts: readonly NewContact[]): Promise<void> {
    const { status, body } = await this.caller.insist({
      method: 'POST',
      path: `/campaigns/${this.id}/contacts/bulk`,
      body: { contacts },
    });
    if (status !== 200) throw new Error(`Adding contacts answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
    for (const { index, status: verdict } of body['results'] as { index: number; status: string }[]) {
      const phoneNumber = contacts[index]?.phone_number;
      if (['created', 'revived', 'duplicate'].includes(verdict) && phoneNumber) this.acknowledged.add(phoneNumber);
      else this.refused += 1;
    }
  }

  async status(): Promise<string> {
    const answer = await this.caller.insist({ method: 'GET', path: `/campaigns/${this.id}` });
    return String((answer.body['campaign'] as { status?: string } | undefined)?.status);
  }

  /** Sends one request for the command, and notes when the API acknowledges it. */
  async command(command: Command): Promise<ApiAnswer | null> {
    const answer = await this.caller.ask({ method: 'POST', path: `/campaigns/${this.id}/${command}` });
    if (answer?.status === 200) {
      const { startedAt: requestedAt, answeredAt } = answer;
      this.onAcknowledged({ campaignId: this.id, command, requestedAt, answeredAt });
    }
    return answer;
  }

  /** Commands of one campaign follow each other, whoever gives them. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.isAtWork.then(work);
    this.isAtWork = mine.catch(() => undefined);
    return mine;
  }
}

const SOON = { delays_seconds: [1] };

/**
 * Keeps retries, callbacks and the night from delaying a run of minutes. An API that does not know a field yet says so.
 */
const OPTIONAL_FIELDS: Readonly<Record<string, unknown>> = {
  retry_policy: Object.fromEntries(RETRY_REASONS.map((reason) => [reason, SOON])),
  min_gap_seconds: 0,
  calling_window: ANY_HOUR,
};

async function createWith(
  caller: ApiCaller,
  terms: CampaignTerms,
  optional: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { status, body } = await caller.insist({
    method: 'POST',
    path: '/campaigns',
    body: {
      name: terms.name,
      system_prompt: 'Ask whether they want to renew their plan.',
      voice_id: 'aria',
      first_message: 'Hello, it is about your plan.',
      max_concurrent_calls: terms.maxConcurrentCalls,
      max_retries: terms.maxRetries,
      ring_timeout_seconds: 15,
      max_call_seconds: MAX_CALL_SECONDS,
      requires_consent: terms.requiresConsent ?? false,
      ...optional,
    },
  });
  if (status === 201) return (body['campaign'] as { id: string }).id;
  const refused = ((body['errors'] ?? []) as { field: string }[]).map(({ field }) => field.split('.')[0]);
  const rest = Object.fromEntries(Object.entries(optional).filter(([name]) => !refused.includes(name)));
  if (status !== 422 || Object.keys(rest).length === Object.keys(optional).length) {
    throw new StartError(`Creating a campaign answered ${status}: ${JSON.stringify(body)}`);
  }
  return createWith(caller, terms, rest);
}
