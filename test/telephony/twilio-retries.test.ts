import { afterEach, describe, expect, it } from 'vitest';
import type { WebhookRequest } from '#telephony/port/telephony-provider.js';
import { factsOf, withoutRepeats } from './contract/heard.js';
import { listenForCallbacks, type CallbackListener } from './twilio/webhook-listener.js';
import { postCallback } from './twilio/post-webhook.js';
import { ACCOUNT, makeTwilioLab, type TwilioLab } from './twilio/twilio-lab.js';

const TALK = ['ring', 'answer', 'complete'] as const;

/**
 * Number of times that each event of a talk is posted: initiated, ringing, answered, answered by, completed, recording.
 */
const ONCE = [1, 1, 1, 1, 1, 1];

describe('A callback of Twilio that is not taken', () => {
  let listener: CallbackListener;
  let lab: TwilioLab;
  let accepted: WebhookRequest[];

  afterEach(async () => {
    listener.close();
    await lab.close();
  });

  /**
   * A talk; each callback is met with these answers, one after the other, and then taken. @returns how often each was
   * told.
   */
  async function talk(...answers: (number | null)[]): Promise<number[]> {
    const tellings = new Map<string, number>();
    accepted = [];
    listener = await listenForCallbacks((callback) => {
      const told = callback.body.toString();
      const times = tellings.get(told) ?? 0;
      tellings.set(told, times + 1);
      if (times < answers.length) return answers[times] ?? null;
      accepted.push(callback);
      return 204;
    });
    const posting: Promise<unknown>[] = [];
    lab = await makeTwilioLab({ onReport: (_call, report) => void posting.push(postCallback(report, ACCOUNT)) });
    const request = lab.request(0);
    const callbackUrl = `${listener.url}/${request.dialerJobId}`;
    await lab.provider.placeCall({ ...request, webhookUrl: callbackUrl }, AbortSignal.timeout(5_000));
    for (const step of TALK) await lab.step(request.dialerJobId, step);
    await Promise.all(posting);
    const reports = lab.fake.book.of(request.dialerJobId).flatMap((call) => call.reports);
    return reports.map(({ fields }) => tellings.get(new URLSearchParams(fields).toString()) ?? 0);
  }

  const facts = () => {
    const events = accepted.flatMap((callback) => {
      const reading = lab.provider.readWebhook(callback);
      return reading.kind === 'reports' ? reading.reports : [];
    });
    return factsOf(withoutRepeats(events));
  };

  it.each([
    ['a 503', [503]],
    ['two', [503, 500]],
    ['five', [503, 503, 503, 503, 503]],
  ])('for %s, comes again; who answered is told by no other attempt', async (_what, answers) => {
    const times = answers.length + 1;
    expect(await talk(...answers)).toEqual([times, times, times, 1, times, times]);
    expect(facts()).toMatchObject({ status: 'completed', recordingUrl: expect.stringMatching(/./) });
  });

  it('since the connection broke, comes again, all of it', async () => {
    expect(await talk(null)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(facts()).toMatchObject({ status: 'completed', answeredBy: 'human' });
  });

  it('since it is refused, does not come again, nor one that was taken', async () => {
    expect(await talk(403)).toEqual(ONCE);
    expect(accepted).toEqual([]);
    listener.close();
    await lab.close();
    expect(await talk()).toEqual(ONCE);
  });

  it('is given up in the end', async () => {
    expect(await talk(...Array.from({ length: 9 }, () => 503))).toEqual([6, 6, 6, 1, 6, 6]);
  });
});
