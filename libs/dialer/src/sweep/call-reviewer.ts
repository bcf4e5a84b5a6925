import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { Database } from '#database/connection/database.js';
import { recordUnconfirmed } from '#database/statements/engine/record/record-create-answer.js';
import { postponeChecks, type DueJob, type PostponedCheck } from '#database/statements/engine/sweep/sweep.js';
import { reviewJob, type ReviewVerdict } from '#rules/attempt/job-review.js';
import type { CallLookup, CallReference, HangupResult } from '#telephony/port/telephony-provider.js';
import { CountedWork } from '../tries/counted-work.js';
import { lostReport, rungOutReport } from '../conversations/call-conclusions.js';
import type { CallRoute } from '../routes/call-route.js';
import { CallRecorder } from '../record/call-recorder.js';
import { JobWatch } from './job-watch.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { lookUpBriefly, foundCall, PROVIDER_PATIENCE_MS } from '../routes/own-call.js';
import { withTimeout } from '#runtime/with-timeout.js';

/**
 * Answer for a call over another provider, or over an account that is gone or unreadable. Such a call may go on until
 * its deadline.
 */
const ANOTHER_PROVIDER: CallLookup = { kind: 'unavailable', cause: 'it was placed over another provider or account' };

/**
 * Answer for a call whose look-ups have killed several processes. No process looks it up again, and its deadline ends
 * it.
 */
const GIVEN_UP: CallLookup = { kind: 'unavailable', cause: 'looking it up was given up' };

type Ask = (route: CallRoute, job: DueJob, call: CallReference) => Promise<CallLookup>;

/** Result of a look-up. `call` has the provider's id if one was found; `isOurs`: the route carries the call. */
interface Review {
  readonly isOurs: boolean;
  readonly route: CallRoute;
  readonly verdict: ReviewVerdict;
  readonly lookups: number;
  readonly call: CallReference;
}

/** Reviews calls that have been silent for a while: asks the provider, and acts on the answer. */
@Injectable()
export class CallReviewer {
  private readonly logger = new Logger('CallReviewer');
  private readonly jobWatch = new JobWatch();

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly routes: RouteResolver,
    private readonly counted: CountedWork,
  ) {}

  async review(jobs: readonly DueJob[]): Promise<void> {
    await this.doubt(jobs.filter(({ status }) => status === 'dialing'));
    const asked = jobs.filter(({ status }) => status === 'active' || status === 'unconfirmed');
    await this.counted.run({
      kind: 'call_review',
      items: asked,
      subjectOf: ({ dialer_job_id }) => dialer_job_id,
      work: (group) => this.reviewAll(group, (route, job, call) => this.ask(route, job, call)),
      giveUp: (job) => this.reviewAll([job], async () => GIVEN_UP),
    });
  }

  private async reviewAll(jobs: readonly DueJob[], ask: Ask): Promise<void> {
    const checks = await Promise.all(jobs.map((job) => this.reviewOne(job, ask)));
    await postponeChecks(
      this.database,
      checks.flatMap((check) => check ?? []),
    );
  }

  private async ask(route: CallRoute, job: DueJob, call: CallReference): Promise<CallLookup> {
    const lookup = route.carries(job) ? await lookUpBriefly(this.database, route, call) : ANOTHER_PROVIDER;
    await failpoint('sweep.looked_up');
    return lookup;
  }

  /**
   * Marks jobs unconfirmed whose process ended before it recorded the provider's answer. Their phones may have rung.
   */
  private async doubt(jobs: readonly DueJob[]): Promise<void> {
    for (const { dialer_job_id } of jobs) {
      await recordUnconfirmed(this.database, {
        dialerJobId: dialer_job_id,
        cause: 'no answer to the create request was recorded',
        firstLookupSeconds: 0,
      });
    }
  }

  /** Reviews one job. A failure affects no other job; this one is reviewed again when its claim ends. */
  private async reviewOne(job: DueJob, ask: Ask): Promise<PostponedCheck | null> {
    try {
      const route = await this.routes.routeOfAccount(job);
      const watched = { ...job, watched_ms: this.jobWatch.watch(job) };
      return await this.carryOut(watched, await this.lookUp(route, watched, ask));
    } catch (error) {
      this.logger.warn('Dialer job could not be reviewed; it will be again', {
        dialer_job_id: job.dialer_job_id,
        err: error,
      });
      return null;
    }
  }

  /** Asks the provider. A look-up without an answer does not count, so that the next one follows soon. */
  private async lookUp(route: CallRoute, job: DueJob, ask: Ask): Promise<Review> {
    const call = route.toReference(job, job.dialing_at);
    const isOurs = route.carries(job);
    const lookup = await ask(route, job, call);
    const verdict = reviewJob(
      {
        isConfirmed: job.status === 'active',
        lookups: job.lookups,
        ringTimeoutSeconds: job.ring_timeout_seconds,
        longestSeconds: job.longest_seconds,
        ringDeadlineAt: job.ring_deadline_at,
        deadlineAt: job.deadline_at,
        watchedSeconds: job.watched_ms / 1000,
        isHangupRequested: isOurs && job.is_hangup_requested,
      },
      lookup,
      { now: job.now, lookupIntervalSeconds: route.provider.capabilities.lookupIntervalSeconds },
    );
    const lookups = job.lookups + (lookup.kind === 'unavailable' ? 0 : 1);
    return { route, isOurs, verdict, lookups, call: foundCall(call, lookup) };
  }

  /**
   * Acts on a verdict.
   * @returns when to look again; null if the call has ended.
   */
  private async carryOut(
    job: DueJob,
    { route, isOurs, verdict, lookups, call }: Review,
  ): Promise<PostponedCheck | null> {
    if (verdict.kind === 'end_as_lost') {
      this.jobWatch.forget(job.dialer_job_id);
      await this.recorder.record(lostReport(job.dialer_job_id, job.now));
      return null;
    }
    if (verdict.kind === 'apply') await this.recorder.record(verdict.report);
    if (verdict.kind === 'hang_up') {
      if (verdict.hasRungOut) await this.recorder.record(rungOutReport(job.dialer_job_id, job.now));
      if (isOurs) await hangUp(route, call);
    }
    const { dialer_job_id, status, publishes, watched_ms } = job;
    return { dialer_job_id, status, check_at: verdict.nextCheckAt.toISOString(), publishes, lookups, watched_ms };
  }
}

async function hangUp({ provider }: CallRoute, call: CallReference): Promise<void> {
  await withTimeout<HangupResult>(PROVIDER_PATIENCE_MS, provider.hangup(call), 'unavailable');
}
