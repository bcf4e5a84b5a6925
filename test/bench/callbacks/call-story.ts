import { FakeCall } from '../../telephony/twilio/fake-call.js';
import { signedCallback, type SignedCallback } from '../../telephony/twilio/signed-callback.js';
import type { LiveCall, LiveCalls } from './live-calls.js';

/** The account as which the bench signs, and where its API says that it is. */
export const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-token-of-the-bench' } as const;
export const PUBLIC_URL = 'https://bench.example';
export const CALLER_ID = '+12125550100';

const API_URL = 'https://api.twilio.com';
const STATUS_EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

/** How many callbacks tell of one call: four on its status, one on who answered, one on its recording. */
export const CALLBACKS_PER_CALL = 6;

/** How many calls go on side by side, at least: the next callback on a call comes after one on each of the others. */
const SIDE_BY_SIDE = 100;

/**
 * All that Twilio tells of these calls, signed, in the order in which it comes; of every campaign there is one that
 * goes on.
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

/** What of a create request Twilio's callbacks depend on. */
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
