import type { Environment } from '#config/settings.js';
import { ACCOUNT as TWILIO_ACCOUNT, CALLER_ID } from '../twilio/twilio-lab.js';
import { ACCOUNT as VAPI_ACCOUNT } from '../vapi/vapi-lab.js';

/** Settings that Twilio needs beside PUBLIC_URL, as the fake at `apiUrl` plays it. */
export function twilioSettings(apiUrl: string): Environment {
  return {
    TWILIO_ACCOUNT_SID: TWILIO_ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: TWILIO_ACCOUNT.authToken,
    TWILIO_FROM: CALLER_ID,
    TWILIO_API_URL: apiUrl,
    CALLS_PER_SECOND: '1000',
  };
}

/** Settings that Vapi needs beside PUBLIC_URL, as the fake at `apiUrl` plays it. */
export function vapiSettings(apiUrl: string): Environment {
  return {
    VAPI_API_KEY: VAPI_ACCOUNT.apiKey,
    VAPI_PHONE_NUMBER_ID: VAPI_ACCOUNT.phoneNumberId,
    VAPI_WEBHOOK_SECRET: VAPI_ACCOUNT.webhookSecret,
    VAPI_API_URL: apiUrl,
  };
}
