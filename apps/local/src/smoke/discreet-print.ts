import { redacted } from '#runtime/redaction.js';
import type { SmokeSettings } from '#config/smoke-config.js';

type Print = (line: string) => void;

/** What is shorter is none, and may be part of any word. */
const LEAST_LENGTH = 8;

/**
 * Providers have words of their own, which may repeat what they were told: no secret and no number gets out with them.
 */
export function discreetly(print: Print, { config: { telephony } }: SmokeSettings): Print {
  const { twilio, vapi } = { twilio: null, vapi: null, ...telephony };
  const told = [twilio?.authToken, twilio?.apiKey?.secret, vapi?.apiKey, vapi?.webhookSecret];
  const secrets = told.flatMap((one) => (one && one.length >= LEAST_LENGTH ? [one] : []));
  return (line) => print(secrets.reduce((text, secret) => text.replaceAll(secret, '***'), redacted(line)));
}
