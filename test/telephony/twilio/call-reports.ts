import type { FakeCall } from './fake-call.js';

/** A callback as Twilio would post it, not signed yet. */
export interface CallbackReport {
  readonly event: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Makes a report as in https://www.twilio.com/docs/voice/api/call-resource#statuscallback. */
export function statusReport(
  call: FakeCall,
  { event, url, status, sipCode }: { event: string; url: string; status: string; sipCode: string | undefined },
): CallbackReport {
  const sequence = call.reports.filter(({ fields }) => 'SequenceNumber' in fields).length;
  return {
    event,
    url,
    fields: {
      ...named(call),
      CallStatus: status,
      Timestamp: rfc2822(call.terms.now()),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(sequence),
      ...(event === 'completed' ? ending(call, sipCode) : {}),
    },
  };
}

/** Reports how long the detection took, and nothing else about its time. */
export function answeredByReport(call: FakeCall, url: string): CallbackReport {
  const { sid, accountSid } = call.terms;
  const fields = {
    CallSid: sid,
    AccountSid: accountSid,
    AnsweredBy: call.answeredBy ?? 'unknown',
    MachineDetectionDuration: '2843',
  };
  return { event: 'amd', url, fields };
}

export function recordingReport(call: FakeCall, url: string): CallbackReport {
  const { sid, accountSid, recordingSid, apiUrl } = call.terms;
  const fields = {
    CallSid: sid,
    AccountSid: accountSid,
    RecordingSid: recordingSid,
    RecordingUrl: `${apiUrl}/2010-04-01/Accounts/${accountSid}/Recordings/${recordingSid}`,
    RecordingStatus: 'completed',
    RecordingDuration: String(call.seconds),
    RecordingChannels: '1',
    RecordingStartTime: rfc2822(call.startedAt ?? call.createdAt),
    RecordingSource: 'OutboundAPI',
    RecordingTrack: 'both',
  };
  return { event: 'recording', url, fields };
}

function named({ terms: { sid, accountSid, form } }: FakeCall): Record<string, string> {
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  return {
    CallSid: sid,
    AccountSid: accountSid,
    To: to,
    Called: to,
    From: from,
    Caller: from,
    ApiVersion: '2010-04-01',
    Direction: 'outbound-api',
  };
}

function ending(call: FakeCall, sipCode: string | undefined): Record<string, string> {
  const durations = { CallDuration: String(call.seconds), Duration: String(Math.ceil(call.seconds / 60)) };
  return { ...durations, ...(sipCode === undefined ? {} : { SipResponseCode: sipCode }) };
}

/** Twilio's times, in whole seconds. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
