import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { currentActor, forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { isWaitedTooLong } from '#database/connection/postgres-error.js';
import {
  keepCallbacks,
  LONGEST_BODY,
  type UnusableCallback,
} from '#database/statements/telephony/provider-webhooks.js';
import { Batcher } from '#runtime/batcher.js';
import type { CallLine } from '#dialer/routes/call-route.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { JobLines } from '#dialer/routes/job-routes.js';
import { Lines } from '#dialer/routes/route-resolver.js';
import { Seldom } from '#runtime/log-throttle.js';
import { showsThatItRang } from '#rules/call/rang.js';
import { asStorableText } from '#rules/call/storable-report.js';
import { logAttack } from '../limits/attack-log.js';
import { Limits } from '../limits/limits.js';
import { TooManyRequests } from '../errors/too-many-requests.js';
import type { CallbackReading, CallbackRequest } from '#telephony/port/telephony-provider.js';

const KEPT_TOGETHER = 100;

/**
 * 204: written down, and committed; 403: not from the provider; 404: not a provider that we call through; 503: to be
 * sent again (what signs it cannot be read).
 */
export type CallbackAnswer = 204 | 403 | 404 | 503;

/** Writes down what providers call back with. */
@Injectable()
export class CallbackDesk {
  private readonly logger = new Logger('Callbacks');
  private readonly fullness = new Seldom();
  private readonly unusable = new Batcher((callbacks: UnusableCallback[]) => this.keepAll(callbacks), {
    maxItems: KEPT_TOGETHER,
    isHopeless: isWaitedTooLong,
  });

  constructor(
    private readonly lines: Lines,
    private readonly jobLines: JobLines,
    private readonly recorder: CallRecorder,
    private readonly database: Database,
    private readonly limits: Limits,
  ) {}

  /**
   * Lets in every callback for a dialer job that exists: strangers know none, and a carrier is not silenced by whoever
   * sends from the same address, as all do behind a proxy.
   * @throws TooManyRequests for others, from an address from which too many forged ones came.
   */
  async admit(ip: string, dialerJobId: string): Promise<void> {
    try {
      this.limits.requireGoodCallbacks(ip);
    } catch (error) {
      const isStranger = error instanceof TooManyRequests && (await this.jobLines.of(dialerJobId)) === undefined;
      if (isStranger) throw error;
    }
  }

  /** Each account signs for the calls that were placed over it, and for no others. */
  async take(provider: string, callback: CallbackRequest): Promise<CallbackAnswer> {
    try {
      const line = await this.jobLines.of(callback.dialerJobId);
      if (line?.isUnreadableTo(provider)) return 503;
      const { provider: signer } = line ?? this.lines.own;
      const reading = provider === signer.name ? signer.readCallback?.(callback) : undefined;
      if (reading === undefined) return this.refuse(404);
      if (reading.kind === 'forged') {
        logAttack('forged_webhook');
        return this.refuse(403);
      }
      const problem = line === undefined ? 'no such dialer job' : await this.apply(reading);
      if (problem !== null) await this.keep(callback, { provider, line, problem });
      return 204;
    } catch (error) {
      this.logger.error(`A callback for dialer job ${callback.dialerJobId} was not recorded: ${foreignText(error)}`);
      return 503;
    }
  }

  /** Counts what comes from no carrier of ours. */
  private refuse<Answer extends CallbackAnswer>(answer: Answer): Answer {
    const { ip } = currentActor();
    if (ip !== null) this.limits.noteForgedCallback(ip);
    return answer;
  }

  /**
   * @returns why it could not be, where somebody ought to look; null: it was, or says no more than that a call which
   * never was has ended.
   */
  private async apply(reading: Exclude<CallbackReading, { kind: 'forged' }>): Promise<string | null> {
    if (reading.kind === 'unreadable') return reading.cause;
    const outcomes = await Promise.all(reading.events.map((event) => this.recorder.record(event)));
    if (outcomes.includes('no_dialer_job')) return 'no such dialer job';
    const isMissed = reading.events.some((event, n) => outcomes[n] === 'no_call' && showsThatItRang(event));
    return isMissed ? 'no call of this dialer job' : null;
  }

  /** For an operator to look at: `npm run ops -- callbacks`. */
  private async keep({ dialerJobId, body }: CallbackRequest, { provider, line, problem }: Unusable): Promise<void> {
    await this.unusable.submit({
      provider,
      accountId: line?.accountId ?? null,
      dialerJobId: asStorableText(dialerJobId),
      isJobKnown: line !== undefined,
      body: asStorableText(body.toString().slice(0, LONGEST_BODY)),
      digest: createHash('sha256').update(body).digest('hex'),
      problem: asStorableText(problem),
    });
  }

  /**
   * All together and one at a time: whoever can sign may send as many as he likes, and takes up one connection of ours.
   */
  private async keepAll(callbacks: UnusableCallback[]): Promise<void[]> {
    const left = await forSeveral(() => this.database.transaction((sql) => keepCallbacks(sql, callbacks)));
    const unsaid = left > 0 ? this.fullness.due('full') : null;
    if (unsaid !== null)
      this.logger.warn(
        'Callbacks that cannot be applied come in such numbers that not all are kept: ops -- callbacks.',
      );
    return callbacks.map(() => undefined);
  }
}

interface Unusable {
  readonly provider: string;
  readonly line: CallLine | undefined;
  readonly problem: string;
}
