import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { currentActor, forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { isLockTimeout } from '#database/connection/postgres-error.js';
import { keepWebhooks, LONGEST_BODY, type UnusableWebhook } from '#database/statements/telephony/provider-webhooks.js';
import { Batcher } from '#runtime/batcher.js';
import type { CallRoute } from '#dialer/routes/call-route.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { JobRoutes } from '#dialer/routes/job-routes.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { LogThrottle } from '#runtime/log-throttle.js';
import { showsThatItRang } from '#rules/call/rang.js';
import { asStorableText } from '#rules/call/storable-report.js';
import { logAttack } from '../limits/attack-log.js';
import { Limits } from '../limits/limits.js';
import { TooManyRequests } from '../errors/too-many-requests.js';
import type { WebhookReading, WebhookRequest } from '#telephony/port/telephony-provider.js';

const KEPT_TOGETHER = 100;

/**
 * Status of the answer. 204: committed. 403: not from the provider. 404: no provider that Outdial calls through. 503:
 * send it again, since the credentials that verify it cannot be read.
 */
export type WebhookAnswer = 204 | 403 | 404 | 503;

/** Applies provider webhooks, and keeps those that could not be applied for the operator. */
@Injectable()
export class ProviderWebhooks {
  private readonly logger = new Logger('ProviderWebhooks');
  private readonly fullness = new LogThrottle();
  private readonly unusable = new Batcher((webhooks: UnusableWebhook[]) => this.keepAll(webhooks), {
    maxItems: KEPT_TOGETHER,
    isNotRetryable: isLockTimeout,
  });

  constructor(
    private readonly routes: RouteResolver,
    private readonly jobRoutes: JobRoutes,
    private readonly recorder: CallRecorder,
    private readonly database: Database,
    private readonly limits: Limits,
  ) {}

  /**
   * Accepts every webhook for a dialer job that exists. Strangers know none, and a provider is not blocked by others
   * behind the same proxy.
   * @throws TooManyRequests for other jobs, from an address that has sent too many forged webhooks.
   */
  async requireKnownJob(ip: string, dialerJobId: string): Promise<void> {
    try {
      this.limits.requireGenuineWebhooks(ip);
    } catch (error) {
      const isStranger =
        error instanceof TooManyRequests && (await this.jobRoutes.routeOfJob(dialerJobId)) === undefined;
      if (isStranger) throw error;
    }
  }

  /** Verifies and applies a webhook. An account's signature counts only for calls that were placed over it. */
  async handle(provider: string, webhook: WebhookRequest): Promise<WebhookAnswer> {
    try {
      const route = await this.jobRoutes.routeOfJob(webhook.dialerJobId);
      if (route?.isUnreadableTo(provider)) return 503;
      const { provider: signer } = route ?? this.routes.own;
      const reading = provider === signer.name ? signer.readWebhook?.(webhook) : undefined;
      if (reading === undefined) return this.refuse(404);
      if (reading.kind === 'forged') {
        logAttack('forged_webhook');
        return this.refuse(403);
      }
      const problem = route === undefined ? 'no such dialer job' : await this.apply(reading);
      if (problem !== null) await this.keep(webhook, { provider, route, problem });
      return 204;
    } catch (error) {
      this.logger.error('Provider webhook was not recorded', {
        dialer_job_id: webhook.dialerJobId,
        err: error,
      });
      return 503;
    }
  }

  /** Counts a webhook that does not come from a provider of the call. */
  private refuse<Answer extends WebhookAnswer>(answer: Answer): Answer {
    const { ip } = currentActor();
    if (ip !== null) this.limits.noteForgedWebhook(ip);
    return answer;
  }

  /**
   * Applies what a webhook reports.
   * @returns why it could not be applied, for the operator. Null means that it was, or that it only reports the end of
   * a call which never was.
   */
  private async apply(reading: Exclude<WebhookReading, { kind: 'forged' }>): Promise<string | null> {
    if (reading.kind === 'unreadable') return reading.cause;
    const outcomes = await Promise.all(reading.reports.map((event) => this.recorder.record(event)));
    if (outcomes.includes('no_dialer_job')) return 'no such dialer job';
    const isMissed = reading.reports.some((event, n) => outcomes[n] === 'no_call' && showsThatItRang(event));
    return isMissed ? 'no call of this dialer job' : null;
  }

  /** Keeps a webhook that could not be applied for the operator: `npm run ops -- callbacks`. */
  private async keep({ dialerJobId, body }: WebhookRequest, { provider, route, problem }: Unusable): Promise<void> {
    await this.unusable.submit({
      provider,
      accountId: route?.accountId ?? null,
      dialerJobId: asStorableText(dialerJobId),
      isJobKnown: route !== undefined,
      body: asStorableText(body.toString().slice(0, LONGEST_BODY)),
      digest: createHash('sha256').update(body).digest('hex'),
      problem: asStorableText(problem),
    });
  }

  /**
   * Stores all in one statement, one batch at a time. A sender that can sign may send any number, and occupies one
   * connection.
   */
  private async keepAll(webhooks: UnusableWebhook[]): Promise<void[]> {
    const left = await forSeveral(() => this.database.transaction((sql) => keepWebhooks(sql, webhooks)));
    const unsaid = left > 0 ? this.fullness.suppressedSince('full') : null;
    if (unsaid !== null)
      this.logger.warn('Provider webhooks that cannot be applied are too many to keep all; see ops -- callbacks', {
        not_kept: left,
        suppressed: unsaid,
      });
    return webhooks.map(() => undefined);
  }
}

interface Unusable {
  readonly provider: string;
  readonly route: CallRoute | undefined;
  readonly problem: string;
}
