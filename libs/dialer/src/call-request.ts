import type { DialingJob } from '#database/statements/begin-dialing.js';
import { rendered } from '#rules/template.js';
import type { CallReference, PlaceCallRequest } from '#telephony/telephony-provider.js';

/** The one request of a dialer job, as its campaign and its lead have it. */
export function toRequest(job: DialingJob): PlaceCallRequest {
  return {
    dialerJobId: job.dialer_job_id,
    to: job.phone_number,
    from: null,
    callbackUrl: null,
    agent: {
      systemPrompt: rendered(job.system_prompt, job),
      voiceId: job.voice_id,
      firstMessage: job.first_message === null ? null : rendered(job.first_message, job),
    },
    person: { firstName: job.first_name, lastName: job.last_name },
    ringTimeoutSeconds: job.ring_timeout_seconds,
    maxCallSeconds: job.max_call_seconds,
    placedAt: job.placed_at,
  };
}

export function toReference(job: DialingJob, providerCallId: string): CallReference {
  return { dialerJobId: job.dialer_job_id, providerCallId, to: job.phone_number, from: null, placedAt: job.placed_at };
}
