import { FakeCall } from '../../telephony/twilio/fake-call.js';
import { signedCallback, type SignedCallback } from '../../telephony/twilio/signed-webhook.js';
import type { LiveCall, LiveCalls } from './live-calls.js';

/** The account as which the bench signs, and where its API says that it is. */
export const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-token-of-the-bench' } as const;
export const PUBLIC_URL = 'https://bench.example';
export const CALLER_ID = '+12125550100';

const API_URL = 'https://api.twilio.com';
const STATUS_EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

/** Number of webhooks that Twilio sends for a call: four statuses, one about who answered, one about the recording. */
export const CALLBACKS_PER_CALL = 6;

/** Smallest number of calls side by side. A call's next webhook comes only after one webhook of each other call. */
const SIDE_BY_SIDE = 100;

/**
 * Returns all provider webhooks of these calls, signed and in the order in which Twilio sends them. At any time each
 * campaign has a call in progress.
 */
export function callbacksOf({ calls, campaignIds }: LiveCalls, authToken: string): SignedCallback[] {
  const callbacks: SignedCallback[] = [];
  const sideBySide = Math.max(SIDE_BY_SIDE, campaignIds.length);
  for (let from = 0; from < calls.length; from += sideBySide) {
    const stories = calls.slice(from, from + sideBySide).map((call) => storyOf(call, authToken));
    for (let n = 0; n < CALLBACKS_PER_CALL; n++) callbacks.push(...stories.flatMap((story) => story[n] ?? []));
  }
  return callbacks;
}

/** A person picks up, talks and hangs up. */
function storyOf({ jobId, callSid, phoneNumber }: LiveCall, authToken: string): SignedCallback[] {
  const call = new FakeCall(
    {
      sid: callSid,
      recordingSid: callSid.replace(/^CA/, 'RE'),
      accountSid: ACCOUNT.accountSid,
      apiUrl: API_URL,
      form: formFor(phoneNumber, `${PUBLIC_URL}/api/v1/telephony/twilio/callbacks/${jobId}`),
      dialerJobId: jobId,
      now: () => new Date(),
    },
    { note: () => undefined, report: () => undefined },
  );
  for (const step of ['ring', 'answer', 'complete'] as const) call.step(step);
  return call.reports.map((report) => signedCallback(report, authToken));
}

/** Builds the fields of a create request on which Twilio's webhooks depend. */
function formFor(phoneNumber: string, callbackUrl: string): URLSearchParams {
  const form = new URLSearchParams({
    To: phoneNumber,
    From: CALLER_ID,
    StatusCallback: callbackUrl,
    MachineDetection: 'Enable',
    AsyncAmdStatusCallback: callbackUrl,
    Record: 'true',
    RecordingStatusCallback: callbackUrl,
  });
  for (const event of STATUS_EVENTS) form.append('StatusCallbackEvent', event);
  return form;
}
