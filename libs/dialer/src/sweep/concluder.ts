import { Logger } from '@nestjs/common';
import { verdictOf, type Judge, type Verdict } from '#agent/conclude.js';
import { Database } from '#database/database.js';
import {
  closeConversation,
  giveConversationBack,
  takeDueConversations,
  takeUntoldConversations,
  type DueConversation,
} from '#database/statements/due-conversations.js';
import { CallRecorder } from '../record/call-recorder.js';
import { toEndedTalk, toldEvent, verdictEvent } from '../record/conversation-events.js';

/** Questions that one worker has open at the same time. */
const MOST_AT_ONCE = 20;

/** What needs no model is written down of so many at a time. */
const MOST_TOLD_AT_ONCE = 200;

/** After an attempt that came to nothing, whoever made it. */
const PAUSES_SECONDS = [60, 300, 1_800, 7_200];

/** One more than there are pauses: then a model that still has no answer is not asked again. */
const MOST_ATTEMPTS = PAUSES_SECONDS.length + 1;

/**
 * Finds out what conversations came to that are over. Whatever is known without a model is written down before one is asked; a conversation of
 * which nothing was found out is due again, until the model has been asked often enough.
 */
export class Concluder {
  private readonly logger = new Logger('Concluder');
  private readonly telling = new Set<Promise<void>>();
  private readonly asking = new Set<Promise<void>>();
  private readonly leaving = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly judge: Judge,
  ) {}

  /**
   * Begins to write down what is known already, and to ask about as many as there is room for: whoever has said in plain words not to be called
   * again must not wait for a model that is slow with others, nor those others for a campaign that somebody holds.
   */
  async takeUp(): Promise<void> {
    const roomToTell = MOST_TOLD_AT_ONCE - this.telling.size;
    const untold = this.isLeaving || roomToTell <= 0 ? [] : await takeUntoldConversations(this.database, roomToTell);
    for (const one of untold) this.begin(this.telling, one, this.tell(one));
    const room = MOST_AT_ONCE - this.asking.size;
    if (this.isLeaving || room <= 0) return;
    const due = await takeDueConversations(this.database, { limit: room, pausesSeconds: PAUSES_SECONDS });
    for (const one of due) this.begin(this.asking, one, this.conclude(one));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.telling, ...this.asking]);
  }

  /** What has no answer yet is due again. */
  async stop(): Promise<void> {
    this.leaving.abort();
    await this.settled();
  }

  private get isLeaving(): boolean {
    return this.leaving.signal.aborted;
  }

  private begin(underWay: Set<Promise<void>>, due: DueConversation, work: Promise<void>): void {
    const done = work.catch((error: unknown) => this.complain(due, error));
    underWay.add(done);
    void done.finally(() => underWay.delete(done));
  }

  /** Again with each attempt: whoever should have done it before may have died. */
  private async tell(due: DueConversation): Promise<void> {
    const told = toldEvent(due);
    if (told) await this.recorder.record(told);
  }

  private async conclude(due: DueConversation): Promise<void> {
    await this.tell(due);
    const verdict = due.attempt <= MOST_ATTEMPTS ? await this.verdict(due) : {};
    if (verdict === null) return;
    if (Object.keys(verdict).length > 0) await this.recorder.record(verdictEvent(due, verdict));
    await closeConversation(this.database, due);
  }

  /** Null when it is to be asked for again; empty when there will be none. */
  private async verdict(due: DueConversation): Promise<Verdict | null> {
    try {
      return await verdictOf(this.judge, toEndedTalk(due), this.leaving.signal);
    } catch (error) {
      if (this.isLeaving) return this.giveBack(due);
      this.complain(due, error);
      return due.attempt < MOST_ATTEMPTS ? null : {};
    }
  }

  /** Nobody has answered, since we are going away: that was no attempt. */
  private async giveBack(due: DueConversation): Promise<null> {
    await giveConversationBack(this.database, due);
    return null;
  }

  private complain({ dialer_job_id, attempt }: DueConversation, error: unknown): void {
    const when = attempt < MOST_ATTEMPTS ? 'will be asked again' : 'will not be asked again';
    this.logger.warn(
      `What the call of dialer job ${dialer_job_id} came to is not known, and ${when}: ${String(error)}`,
    );
  }
}
