import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallReport } from '#rules/call/call-report.js';
import type { WebhookReading, WebhookRequest } from '#telephony/port/telephony-provider.js';
import { secretOfCall } from '#telephony/vapi/webhook-secret.js';
import type { CallStep } from './provider-lab.js';
import { delivered, factsOf } from './contract/heard.js';
import { ACCOUNT, makeVapiLab, type VapiLab } from './vapi/vapi-lab.js';

const JOB = '00000000-0000-4000-8000-000000000001';
const OTHER_JOB = '00000000-0000-4000-8000-000000000002';
const CALL_ID = '7420f27a-30fd-4f49-a995-5549ae7cc00d';
const MASTER: string = ACCOUNT.webhookSecret;
const SECRET = secretOfCall(MASTER, JOB);

const CALL = { id: CALL_ID, name: JOB, assistant: { metadata: { dialerJobId: JOB } } };
const RINGING = { type: 'status-update', status: 'ringing', timestamp: Date.UTC(2026, 10, 2, 10), call: CALL };
const TALK = [
  { role: 'system', message: 'Ask.', secondsFromStart: 0 },
  { role: 'bot', message: ' Hello? ', secondsFromStart: 0.6 },
  { role: 'user', message: 'Yes.', secondsFromStart: 2 },
  { role: 'assistant', message: 'Bye.' },
  { role: 'user', message: '  ', secondsFromStart: 5 },
  { role: 'tool_call_result', result: '{}', secondsFromStart: 6 },
  { role: 'user', message: 7, secondsFromStart: 8 },
  'nothing',
];
const REPORT = {
  type: 'end-of-call-report',
  timestamp: Date.UTC(2026, 10, 2, 10, 2),
  endedReason: 'customer-ended-call',
  startedAt: '2026-11-02T10:00:05.000Z',
  endedAt: '2026-11-02T10:01:04.600Z',
  cost: 0.12345,
  analysis: { summary: 'They spoke.', successEvaluation: 'false' },
  artifact: { messages: TALK, transcript: 'AI: Hello?', recordingUrl: 'https://closed.example/1.wav' },
  call: CALL,
};

describe('What Vapi posts', () => {
  let lab: VapiLab;

  beforeEach(async () => {
    lab = await makeVapiLab({}, { apiUrl: 'https://api.vapi.ai' });
  });
  afterEach(() => lab.close());

  const callback = (message: unknown, headers: WebhookRequest['headers'] = { 'x-vapi-secret': SECRET }) => ({
    dialerJobId: JOB,
    url: `https://dialer.example/cb/${JOB}`,
    headers,
    body: Buffer.from(JSON.stringify({ message })),
  });
  const read = (message: unknown): WebhookReading => lab.provider.readWebhook(callback(message));
  const eventOf = (message: unknown): CallReport => {
    const reading = read(message);
    if (reading.kind !== 'reports' || !reading.reports[0]) throw new Error(JSON.stringify(reading));
    return reading.reports[0];
  };

  describe('with our secret', () => {
    it.each([
      { 'x-vapi-secret': SECRET },
      { authorization: `Bearer ${MASTER}` },
      { authorization: `bearer ${MASTER}` },
      { authorization: 'Bearer of-somebody-else', 'x-vapi-secret': SECRET },
      { authorization: `Bearer ${MASTER}`, 'x-vapi-secret': 'of-somebody-else' },
    ])('as %j, is believed', (headers) => {
      expect(lab.provider.readWebhook(callback(RINGING, headers)).kind).toBe('reports');
    });

    it.each<WebhookRequest['headers'][]>([
      [{}],
      [{ 'x-vapi-secret': '' }],
      [{ 'x-vapi-secret': MASTER }],
      [{ 'x-vapi-secret': secretOfCall(MASTER, OTHER_JOB) }],
      [{ 'x-vapi-secret': secretOfCall('', JOB) }],
      [{ 'x-vapi-secret': SECRET.toUpperCase() }],
      [{ 'x-vapi-secret': SECRET.slice(1) }],
      [{ 'x-vapi-secret': `${SECRET} ` }],
      [{ 'x-vapi-secret': `Bearer ${SECRET}` }],
      [{ authorization: MASTER }],
      [{ authorization: `Basic ${MASTER}` }],
      [{ authorization: `Bearer ${SECRET}` }],
      [{ authorization: `Bearer ${ACCOUNT.apiKey}` }],
      [{ 'x-secret': SECRET }],
    ])('not as %j', (headers) => {
      expect(lab.provider.readWebhook(callback(RINGING, headers))).toEqual({ kind: 'forged' });
    });

    it('is not there where we have none', async () => {
      const open = await makeVapiLab({}, { webhookSecret: '' });
      for (const headers of [
        {},
        { 'x-vapi-secret': '' },
        { 'x-vapi-secret': secretOfCall('', JOB) },
        { authorization: 'Bearer ' },
      ]) {
        expect(open.provider.readWebhook(callback(RINGING, headers))).toEqual({ kind: 'forged' });
      }
      await open.close();
    });
  });

  describe('about a call', () => {
    const about = (message: object) => read({ ...RINGING, call: undefined, ...message }).kind;

    it.each([
      ['its name', { call: { id: CALL_ID, name: JOB } }],
      ['its customer', { call: { id: CALL_ID, name: 'renamed', customer: { externalId: JOB } } }],
      ['its assistant', { call: { id: CALL_ID, name: 'renamed', assistant: { metadata: { dialerJobId: JOB } } } }],
      ['the assistant beside it', { call: { id: CALL_ID }, assistant: { metadata: { dialerJobId: JOB } } }],
    ])('that has our key in %s, is understood', (_where, message) => {
      expect(about(message)).toBe('reports');
    });

    it.each([
      ['of another job', { call: { ...CALL, assistant: { metadata: { dialerJobId: OTHER_JOB } } } }],
      ['of another assistant', { call: CALL, assistant: { metadata: { dialerJobId: OTHER_JOB } } }],
      ['of another name', { call: { id: CALL_ID, name: OTHER_JOB } }],
      ['of no key', { call: { id: CALL_ID } }],
      ['of a key that is none', { call: { id: CALL_ID, name: { id: JOB } } }],
      ['of no id', { call: { ...CALL, id: undefined } }],
      ['of an id that is none', { call: { ...CALL, id: '../call' } }],
      ['that is not there', {}],
    ])('%s, is not', (_what, message) => {
      expect(about(message)).toBe('unreadable');
    });
  });

  it.each(['null', '7', '"text"', '{}', '{"message":[]}', '{"message":{"type":1}}', 'no JSON', ''])(
    'as %s, is not understood',
    (body) => {
      const sent = { ...callback(null), body: Buffer.from(body) };
      expect(lab.provider.readWebhook(sent)).toEqual({ kind: 'unreadable', cause: 'no message' });
    },
  );

  it.each(['hang', 'transcript', 'conversation-update', 'something-new', 'constructor'])(
    'on %s, tells nothing that is kept',
    (type) => {
      expect(read({ ...RINGING, type })).toEqual({ kind: 'reports', reports: [] });
    },
  );

  it('is whatever it is without a failure', () => {
    const message = fc.record({
      type: fc.constantFrom('status-update', 'end-of-call-report'),
      call: fc.constant(CALL),
      status: fc.anything(),
      endedReason: fc.anything(),
      timestamp: fc.anything(),
      startedAt: fc.anything(),
      endedAt: fc.anything(),
      cost: fc.anything(),
      artifact: fc.oneof(fc.anything(), fc.record({ messages: fc.array(fc.anything()) })),
      analysis: fc.anything(),
    });
    fc.assert(
      fc.property(message, (one) => {
        const text = JSON.stringify({ message: one }, (_key, value: unknown) =>
          typeof value === 'bigint' ? 0 : value,
        );
        const reading = lab.provider.readWebhook({ ...callback(null), body: Buffer.from(text) });
        expect(reading).toMatchObject({ kind: 'reports', reports: [{ dialerJobId: JOB, providerCallId: CALL_ID }] });
        const [event] = reading.kind === 'reports' ? reading.reports : [];
        expect(event?.occurredAt.getTime()).not.toBeNaN();
      }),
    );
  });

  describe('on the status of a call', () => {
    it('tells it, and when', () => {
      expect(eventOf(RINGING)).toEqual({
        reportKey: `${CALL_ID}:status:ringing`,
        dialerJobId: JOB,
        providerCallId: CALL_ID,
        occurredAt: new Date('2026-11-02T10:00:00Z'),
        status: 'ringing',
      });
    });

    it.each([
      ['scheduled', 'initiated'],
      ['queued', 'initiated'],
      ['in-progress', 'in_progress'],
      ['forwarding', 'in_progress'],
      ['not-found', undefined],
      ['deletion-failed', undefined],
      ['answered', undefined],
      ['constructor', undefined],
      [undefined, undefined],
    ])('%s: %s', (status, known) => {
      expect(eventOf({ ...RINGING, status }).status).toBe(known);
    });

    it.each([
      ['customer-busy', { status: 'busy', endReason: 'customer-busy' }],
      ['voicemail', { status: 'completed', answeredBy: 'machine', endReason: 'voicemail' }],
      ['twilio-failed-to-connect-call', { status: 'failed', endReason: 'twilio-failed-to-connect-call' }],
      ['twilio-reported-customer-misdialed', { status: 'failed', outcome: 'bad_number' }],
      ['call.start.error-vapi-number-international', { status: 'failed', outcome: 'refused' }],
    ])('that has ended for %s, tells how', (endedReason, end) => {
      expect(eventOf({ ...RINGING, status: 'ended', endedReason })).toMatchObject(end);
    });

    it.each([
      ['call.start.error-subscription-frozen', { fault: 'account' }],
      ['call.start.error-subscription-concurrency-limit-reached', { fault: 'throttle' }],
      ['call.start.error-vapi-number-outbound-daily-limit', { fault: 'throttle', retryAfterSeconds: 3_600 }],
    ])('that has ended for %s, tells that it was not placed', (endedReason, notPlaced) => {
      const event = eventOf({ ...RINGING, status: 'ended', endedReason });
      expect(event).toMatchObject({ status: 'failed', endReason: endedReason, notPlaced });
    });

    /** Leaves to the report whether people talked: it comes after the phone would have rung again. */
    it.each([
      undefined,
      'manually-canceled',
      'call-deleted',
      'customer-ended-call',
      'hangup',
      'pipeline-error-openai-llm-failed',
      'call.in-progress.error-assistant-did-not-receive-customer-audio',
      'some-new-error',
      'some-new-word',
    ])('that has ended for %s, leaves it to the report to say how', (endedReason) => {
      const event = eventOf({ ...RINGING, status: 'ended', endedReason });
      expect(event).not.toHaveProperty('status');
      expect(event.endReason).toBe(endedReason);
    });

    it.each([
      ['customer-ended-call', undefined],
      ['hangup', undefined],
      ['pipeline-error-openai-llm-failed', 'reached'],
      ['some-new-error', 'reached'],
    ])('that has ended for %s, waits for nothing where it shows that people talked', (endedReason, outcome) => {
      const event = eventOf({ ...RINGING, status: 'ended', endedReason, artifact: { messages: TALK } });
      expect(event).toMatchObject({ status: 'completed', endReason: endedReason });
      expect(event.outcome).toBe(outcome);
    });
  });

  describe('when a call is over', () => {
    it('tells all that there is', () => {
      expect(eventOf(REPORT)).toEqual({
        reportKey: `${CALL_ID}:report:customer-ended-call:recordingUrl:transcript:summary:messages`,
        dialerJobId: JOB,
        providerCallId: CALL_ID,
        occurredAt: new Date('2026-11-02T10:01:04.600Z'),
        status: 'completed',
        outcome: undefined,
        endReason: 'customer-ended-call',
        durationSeconds: 60,
        cost: '0.1235',
        recordingUrl: `https://api.vapi.ai/call/${CALL_ID}/mono-recording`,
        transcript: 'AI: Hello?',
        summary: 'They spoke.',
        messages: [
          { role: 'agent', text: 'Hello?', seconds_from_start: 0.6 },
          { role: 'person', text: 'Yes.', seconds_from_start: 2 },
          { role: 'agent', text: 'Bye.', seconds_from_start: 0 },
        ],
      });
    });

    it('tells that there is nothing, which is no end', () => {
      const { status, outcome, endReason, ...rest } = eventOf({ type: 'end-of-call-report', call: CALL, cost: 0 });
      expect({ status, outcome, endReason }).toEqual({ status: undefined, outcome: undefined, endReason: undefined });
      expect(rest).toMatchObject({ cost: undefined, durationSeconds: undefined, recordingUrl: undefined });
    });

    it.each([
      ['it began', { startedAt: REPORT.startedAt }],
      ['it took time', { startedAt: REPORT.startedAt, endedAt: REPORT.endedAt }],
      ['somebody spoke', { artifact: { messages: TALK } }],
    ])('without a word for its end is completed where %s', (_what, told) => {
      const report = { type: 'end-of-call-report', call: CALL, ...told };
      expect(eventOf(report).status).toBe('completed');
    });

    const untaken = { ...REPORT, startedAt: undefined, artifact: {}, analysis: {} };
    it.each([
      ['customer-ended-call', 'no_answer'],
      ['silence-timed-out', 'no_answer'],
      ['some-new-word', 'no_answer'],
      ['hangup', 'canceled'],
      ['assistant-ended-call', 'canceled'],
      ['manually-canceled', 'canceled'],
    ])('is not completed by a word (%s) where nobody ever took it: %s', (endedReason, status) => {
      expect(eventOf({ ...untaken, endedReason })).toMatchObject({
        status,
        outcome: undefined,
        endReason: endedReason,
      });
      expect(eventOf({ ...untaken, endedReason, startedAt: REPORT.endedAt }).status).toBe(status);
    });

    it('keeps a word that we do not know', () => {
      const { endReason, reportKey } = eventOf({ ...untaken, endedReason: 'some-new-word' });
      expect([endReason, reportKey]).toEqual(['some-new-word', `${CALL_ID}:report:some-new-word`]);
    });

    const brokenOff = [
      'pipeline-error-openai-llm-failed',
      'worker-shutdown',
      'vonage-disconnected',
      'phone-call-provider-closed-websocket',
      'call.in-progress.error-vapifault-worker-died',
      'call.in-progress.error-assistant-did-not-receive-customer-audio',
      'some-new-error',
    ];
    it.each(brokenOff)('broken off (%s) after people talked, is one in which the person was reached', (endedReason) => {
      const report = { ...REPORT, endedReason };
      expect(eventOf(report)).toMatchObject({ status: 'completed', outcome: 'reached', durationSeconds: 60 });
      const analysis = { successEvaluation: 'true' };
      expect(eventOf({ ...report, analysis }).outcome).toBe('goal_reached');
      expect(eventOf({ ...report, analysis, artifact: {} })).toMatchObject({ status: 'completed', outcome: 'reached' });
    });

    it.each(brokenOff)('broken off (%s) before anybody spoke, has failed', (endedReason) => {
      const { status, outcome } = eventOf({ ...REPORT, endedReason, artifact: { messages: TALK.slice(0, 2) } });
      const isUnheard = endedReason.endsWith('audio');
      expect([status, outcome]).toEqual(['failed', isUnheard ? 'no_answer' : undefined]);
      expect(factsOf([eventOf({ ...REPORT, endedReason, artifact: {} })]).outcome).toBe(
        isUnheard ? 'no_answer' : 'provider_error',
      );
    });

    it('says of one that was not placed that it was not, unless people talked', () => {
      const report = { ...REPORT, endedReason: 'call.start.error-subscription-frozen' };
      expect(eventOf({ ...report, artifact: {} })).toMatchObject({ status: 'failed', notPlaced: { fault: 'account' } });
      expect(eventOf(report)).toMatchObject({ status: 'completed', outcome: 'reached' });
      expect(eventOf(report)).not.toHaveProperty('notPlaced');
    });

    it.each([
      ['true', 'customer-ended-call', 'goal_reached'],
      ['True', 'customer-ended-call', 'goal_reached'],
      ['false', 'customer-ended-call', undefined],
      ['8', 'customer-ended-call', undefined],
      ['true', 'voicemail', undefined],
      ['true', 'customer-did-not-answer', undefined],
    ])('judged as %s, ended for %s: %s', (successEvaluation, endedReason, outcome) => {
      expect(eventOf({ ...REPORT, endedReason, analysis: { successEvaluation } }).outcome).toBe(outcome);
    });

    it('reaches no goal with somebody who said nothing', () => {
      const report = { ...REPORT, analysis: { successEvaluation: 'true' } };
      expect(eventOf({ ...report, artifact: { messages: TALK.slice(0, 2) } }).outcome).toBeUndefined();
    });

    it.each([
      [true, 'customer-ended-call', 'opt_out'],
      [true, 'pipeline-error-openai-llm-failed', 'opt_out'],
      [true, 'voicemail', undefined],
      [false, 'customer-ended-call', 'goal_reached'],
      ['True', 'customer-ended-call', 'opt_out'],
      ['yes', 'customer-ended-call', 'opt_out'],
      [1, 'customer-ended-call', 'opt_out'],
      ['false', 'customer-ended-call', 'goal_reached'],
      [undefined, 'customer-ended-call', 'goal_reached'],
    ])('with opt_out %j, ended for %s: %s', (opt_out, endedReason, outcome) => {
      const analysis = { successEvaluation: 'true', structuredData: { opt_out } };
      expect(eventOf({ ...REPORT, endedReason, analysis }).outcome).toBe(outcome);
    });

    describe('with somebody who wants to be called again', () => {
      const asked = { callback_requested: true, callback_at: '2026-11-03T15:00:00+01:00' };
      const callBack = (structuredData: object, changes: object = {}) => {
        const analysis = { successEvaluation: 'true', structuredData };
        const { outcome, callbackAt } = eventOf({ ...REPORT, analysis, ...changes });
        return [outcome, callbackAt];
      };

      it('tells when', () => {
        expect(callBack(asked)).toEqual(['callback_requested', new Date('2026-11-03T14:00:00Z')]);
        expect(callBack(asked, { endedReason: 'worker-shutdown' })[0]).toBe('callback_requested');
      });

      it.each(['2026-11-03T15:00', '2026-11-03T15:00:00Z', '2026-11-02T09:00:00+00:00', 'at three', '', undefined])(
        'leaves it open when, told %j',
        (callback_at) => {
          expect(callBack({ ...asked, callback_at })).toEqual(['callback_requested', undefined]);
        },
      );

      it('tells nothing of it where they want no call at all, and where nobody spoke or a machine', () => {
        expect(callBack({ ...asked, opt_out: 'yes' })).toEqual(['opt_out', undefined]);
        expect(callBack(asked, { artifact: {} })).toEqual([undefined, undefined]);
        expect(callBack(asked, { endedReason: 'voicemail' })).toEqual([undefined, undefined]);
        expect(callBack({ ...asked, callback_requested: false })).toEqual(['goal_reached', undefined]);
      });
    });

    it('tells a call that was canceled from one that was broken off', () => {
      const canceled = { ...REPORT, endedReason: 'manually-canceled' };
      expect(eventOf(canceled)).toMatchObject({ status: 'completed', endReason: 'manually-canceled' });
      const unanswered = { ...canceled, artifact: { messages: TALK.slice(0, 1) } };
      expect(eventOf(unanswered)).toMatchObject({ status: 'canceled', durationSeconds: undefined });
    });

    it.each([Number.NaN, -1, 0, '0.1', null])('does not take %s for a cost', (cost) => {
      expect(eventOf({ ...REPORT, cost }).cost).toBeUndefined();
    });

    it('says more the second time, under another name', () => {
      const bare = eventOf({ ...REPORT, artifact: {}, analysis: {} });
      expect(bare.reportKey).not.toBe(eventOf(REPORT).reportKey);
      expect(factsOf([bare, eventOf(REPORT)])).toMatchObject({ summary: 'They spoke.', transcript: 'AI: Hello?' });
    });
  });

  it('fills in what was missing, however late it comes', async () => {
    const now = new Date();
    const live = await makeVapiLab({ now: () => now });
    const { dialerJobId } = live.request(0);
    await live.provider.placeCall(live.request(0), new AbortController().signal);
    for (const step of ['ring', 'answer', 'complete'] satisfies CallStep[]) await live.step(dialerJobId, step);
    const reports = await live.reports(dialerJobId);
    const [report, ...rest] = reports.toReversed();
    const early = factsOf(await delivered(rest));
    expect(early).toMatchObject({ status: 'in_progress', endReason: 'customer-ended-call', transcript: null });
    const late = factsOf(await delivered([...rest, ...(report ? [report] : [])]));
    expect(late).toMatchObject({ status: 'completed', outcome: 'goal_reached', cost: '0.0100' });
    expect(late.summary).toMatch(/content/);
    expect(late.recordingUrl).toMatch(/mono-recording$/);
    await live.close();
  });
});
