import type { FakeTwilioOptions } from '../twilio/fake-twilio-options.js';
import { signedCallback } from '../twilio/signed-webhook.js';
import { ACCOUNT as TWILIO_ACCOUNT, CALLER_ID, makeTwilioLab } from '../twilio/twilio-lab.js';
import type { FakeVapiOptions } from '../vapi/fake-vapi-options.js';
import { ACCOUNT as VAPI_ACCOUNT, makeVapiLab } from '../vapi/vapi-lab.js';
import type { Posted, SmokeSide } from './smoke-stage.js';

/** @param signedWith what the other side takes for the account's token. */
export async function twilioSide(
  options: Partial<FakeTwilioOptions>,
  signedWith: string = TWILIO_ACCOUNT.authToken,
): Promise<SmokeSide> {
  const lab = await makeTwilioLab(options);
  const { fake } = lab;
  const { accountSid, authToken } = TWILIO_ACCOUNT;
  const calls = () => fake.book.visible();
  return {
    provider: 'twilio',
    environment: {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_FROM: CALLER_ID,
      TWILIO_API_URL: fake.url,
    },
    secrets: [authToken],
    creates: () => fake.book.creates.length,
    isLive: () => calls().some((call) => call.isLive),
    step: (step) => calls().forEach((call) => call.step(step)),
    end: () => {
      throw new Error('Twilio has no words of its own for an end');
    },
    posts: () => calls().flatMap(({ reports }) => reports.map((report) => signedCallback(report, signedWith))),
    close: () => lab.close(),
  };
}

export async function vapiSide(options: Partial<FakeVapiOptions>): Promise<SmokeSide> {
  const lab = await makeVapiLab(options);
  const { fake } = lab;
  const { apiKey, phoneNumberId, webhookSecret } = VAPI_ACCOUNT;
  const calls = () => [...fake.calls.values()];
  return {
    provider: 'vapi',
    environment: {
      VAPI_API_KEY: apiKey,
      VAPI_PHONE_NUMBER_ID: phoneNumberId,
      VAPI_WEBHOOK_SECRET: webhookSecret,
      VAPI_API_URL: fake.url,
    },
    secrets: [apiKey, webhookSecret],
    creates: () => fake.creates.length,
    isLive: () => calls().some((call) => call.isLive),
    step: (step) => calls().forEach((call) => call.step(step)),
    end: (reason) => calls().forEach((call) => call.end(reason)),
    posts: () =>
      calls().flatMap(({ messages, terms }) => {
        const { url = '', headers = {} } = terms.body.assistant?.server ?? {};
        return messages.map((message) => ({ url, headers, body: JSON.stringify({ message }) }));
      }),
    close: () => lab.close(),
  };
}

/** Signed by Twilio, and about no call. */
export function emptyTwilioReport(url: string): Posted {
  return signedCallback({ url, fields: {} }, TWILIO_ACCOUNT.authToken);
}
