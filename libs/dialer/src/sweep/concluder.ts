import { Logger } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { verdictOf, type Judge, type Verdict } from '#agent/conclude.js';
import { failpoint } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
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

/** Questions that one worker has open at the same time. */
const MOST_AT_ONCE = 20;

/** What needs no model is written down of so many at a time. */
const MOST_TOLD_AT_ONCE = 200;

/** After an attempt that came to nothing, whoever made it. */
const PAUSES_SECONDS = [60, 300, 1_800, 7_200];

/** One more than there are pauses: then a model that still has no answer is not asked again. */
const MOST_ATTEMPTS = PAUSES_SECONDS.length + 1;

/**
 * Finds out what conversations came to that are over. 1. Writes down what is known without a model. 2. Asks a model,
 * and again later, until it has an answer or was asked often enough. Each step is counted before it begins: a
 * conversation from which no worker came back is taken alone, and given up after three times.
 */
export class Concluder {
  private readonly logger = new Logger('Concluder');
  private readonly counted: CountedWork;
  private readonly telling = new Map<Promise<void>, DueConversation>();
  private readonly asking = new Map<Promise<void>, DueConversation>();
  private readonly leaving = new AbortController();
  private isAlone = false;
  /** After a suspect the others have their turn. */
  private isTurnOfOthers = false;

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly judge: Judge,
  ) {
    this.counted = new CountedWork(database);
  }

  /**
   * Begins to write down what is known already, and to ask about as many as there is room for: whoever has said in
   * plain words not to be called again must not wait for a model that is slow with others, nor those others for a
   * campaign that somebody holds.
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

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.telling.keys(), ...this.asking.keys()]);
  }

  /** What has no answer yet is due again. */
  async stop(): Promise<void> {
    this.leaving.abort();
    await this.settled();
  }

  private get isLeaving(): boolean {
    return this.leaving.signal.aborted;
  }

  /**
   * A suspect is worked on while nothing else of this kind is under way here: should the process die, nobody else is to
   * blame.
   * @returns whether others have to wait for it.
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

  /** One after the other: each takes its time in this process, which has calls to place meanwhile. */
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

  /** Null when it is to be asked for again; empty when there will be none. */
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

  /** Nobody has answered, since we are going away: that was no attempt. */
  private async release(due: DueConversation): Promise<null> {
    await releaseConversation(this.database, due);
    return null;
  }

  private complain({ dialer_job_id, attempt }: DueConversation, error: unknown): void {
    const when = attempt < MOST_ATTEMPTS ? 'will be asked again' : 'will not be asked again';
    this.logger.warn(
      `What the call of dialer job ${dialer_job_id} came to is not known, and ${when}: ${foreignText(error)}`,
    );
  }
}
