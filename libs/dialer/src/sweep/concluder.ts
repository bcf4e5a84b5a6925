import { Logger } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { verdictOf, type Judge, type Verdict } from '#agent/conclude.js';
import { failpoint } from '#config/failpoints.js';
import { Database } from '#database/connection/database.js';
import {
  closeConversation,
  releaseConversation,
  extendClaims,
  isSuspectConversationDue,
  noteTold,
  postponeConversation,
  claimDueConversations,
  claimSuspectConversation,
  claimUntoldConversations,
  type DueConversation,
} from '#database/statements/conversations/due-conversations.js';
import { beginWork, endWork } from '#database/statements/engine/sweep/work-tries.js';
import { MOST_TRIES } from '#rules/attempt/work-tries.js';
import { CountedWork } from '../tries/counted-work.js';
import { CallRecorder } from '../record/call-recorder.js';
import { toEndedTalk, toldReport, verdictReport } from '../conversations/conversation-reports.js';

/** Questions to the model that one worker has open at the same time. */
const MOST_AT_ONCE = 20;

/** Conversations whose known facts one worker records at the same time. No model is needed for that. */
const MOST_TOLD_AT_ONCE = 200;

/** Pauses after failed attempts of any worker. */
const PAUSES_SECONDS = [60, 300, 1_800, 7_200];

/** Attempts in all: one more than pauses. After the last one the model is not asked again. */
const MOST_ATTEMPTS = PAUSES_SECONDS.length + 1;

/**
 * Finds the outcome of conversations that are over.
 *
 * 1. Records what is known without a model.
 * 2. Asks the model, and again later, until it has an answer or was asked often enough.
 * 3. A conversation that may have killed a worker is worked on alone, and given up after three tries. Each step is
 *    counted before it begins.
 */
export class Concluder {
  private readonly logger = new Logger('Concluder');
  private readonly counted: CountedWork;
  private readonly telling = new Map<Promise<void>, DueConversation>();
  private readonly asking = new Map<Promise<void>, DueConversation>();
  private readonly leaving = new AbortController();
  private isAlone = false;
  /** True after a suspect: the next round is for other conversations. */
  private isTurnOfOthers = false;

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly judge: Judge,
  ) {
    this.counted = new CountedWork(database);
  }

  /**
   * Begins to record known facts, and to ask the model about as many conversations as it has slots. The two are
   * separate. A person's plain opt-out must not wait for a slow model, and no question waits for a locked campaign.
   */
  async concludeDue(): Promise<void> {
    await extendClaims(this.database, [...this.telling.values(), ...this.asking.values()]);
    if (this.isLeaving || this.isAlone || (await this.attendSuspect())) return;
    const freeToTell = MOST_TOLD_AT_ONCE - this.telling.size;
    const untold = freeToTell <= 0 ? [] : await claimUntoldConversations(this.database, freeToTell);
    await this.beginAll(this.telling, untold, (one) => this.tell(one));
    const free = MOST_AT_ONCE - this.asking.size;
    if (this.isLeaving || free <= 0) return;
    const due = await claimDueConversations(this.database, free);
    await this.beginAll(this.asking, due, (one) => this.conclude(one));
  }

  /** Resolves when no conversation is being worked on. */
  async settled(): Promise<void> {
    await Promise.all([...this.telling.keys(), ...this.asking.keys()]);
  }

  /** Stops asking. Conversations without an answer are due again. */
  async stop(): Promise<void> {
    this.leaving.abort();
    await this.settled();
  }

  private get isLeaving(): boolean {
    return this.leaving.signal.aborted;
  }

  /**
   * Works on a suspect while this worker does no other work of this kind. If the process dies, the suspect is to blame.
   * @returns true if other conversations have to wait for it.
   */
  private async attendSuspect(): Promise<boolean> {
    if (this.isTurnOfOthers) {
      this.isTurnOfOthers = false;
      return false;
    }
    if (!(await isSuspectConversationDue(this.database))) return false;
    if (this.telling.size + this.asking.size > 0) return true;
    const suspect = await claimSuspectConversation(this.database);
    if (!suspect) return false;
    this.isTurnOfOthers = true;
    if (suspect.tries >= MOST_TRIES) await this.giveUp(suspect);
    else await this.concludeAlone(suspect);
    return true;
  }

  private async concludeAlone(suspect: DueConversation): Promise<void> {
    this.isAlone = true;
    const [underWay, work] = suspect.is_told
      ? [this.asking, (one: DueConversation) => this.conclude(one)]
      : [this.telling, (one: DueConversation) => this.tell(one)];
    await this.beginAll(underWay, [suspect], (one) => work(one).finally(() => (this.isAlone = false)));
  }

  private async giveUp(suspect: DueConversation): Promise<void> {
    await closeConversation(this.database, suspect);
    await this.counted.noteGivenUp('conversation', suspect.call_id);
  }

  /** Begins the work one by one, with pauses: this process places calls meanwhile. */
  private async beginAll(
    underWay: Map<Promise<void>, DueConversation>,
    claimed: readonly DueConversation[],
    work: (one: DueConversation) => Promise<void>,
  ): Promise<void> {
    await beginWork(this.database, { kind: 'conversation', subjects: claimed.map(({ call_id }) => call_id) });
    await failpoint('conclude.begun');
    for (const one of claimed) {
      this.begin(underWay, one, work(one));
      await breathe();
    }
  }

  private begin(underWay: Map<Promise<void>, DueConversation>, due: DueConversation, work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.complain(due, error))
      .then(() => endWork(this.database, { kind: 'conversation', subjects: [due.call_id] }))
      .catch((error: unknown) => this.complain(due, error));
    underWay.set(done, due);
    void done.finally(() => underWay.delete(done));
  }

  private async tell(due: DueConversation): Promise<void> {
    const told = toldReport(due);
    if (told) await this.recorder.record(told);
    await noteTold(this.database, due);
  }

  private async conclude(due: DueConversation): Promise<void> {
    const verdict = due.attempt <= MOST_ATTEMPTS ? await this.verdict(due) : {};
    if (verdict === null) return;
    if (Object.keys(verdict).length > 0) await this.recorder.record(verdictReport(due, verdict));
    await closeConversation(this.database, due);
  }

  /** Returns the model's verdict; null if it is to be asked again, an empty one if there will be none. */
  private async verdict(due: DueConversation): Promise<Verdict | null> {
    try {
      return await verdictOf(this.judge, toEndedTalk(due), this.leaving.signal);
    } catch (error) {
      if (this.isLeaving) return this.release(due);
      this.complain(due, error);
      return due.attempt < MOST_ATTEMPTS ? this.postpone(due) : {};
    }
  }

  private async postpone(due: DueConversation): Promise<null> {
    await postponeConversation(this.database, due, PAUSES_SECONDS[due.attempt - 1] ?? PAUSES_SECONDS.at(-1)!);
    return null;
  }

  /** Releases a conversation that this worker leaves unanswered because it is shutting down. That is no attempt. */
  private async release(due: DueConversation): Promise<null> {
    await releaseConversation(this.database, due);
    return null;
  }

  private complain({ dialer_job_id, attempt }: DueConversation, error: unknown): void {
    this.logger.warn('Outcome of a conversation is not known', {
      dialer_job_id,
      attempt,
      will_retry: attempt < MOST_ATTEMPTS,
      err: error,
    });
  }
}
