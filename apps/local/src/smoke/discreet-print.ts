import { redacted } from '#runtime/redaction.js';
import type { SmokeSettings } from '#config/smoke-config.js';

type Print = (line: string) => void;

/** Shorter values are not secret, and may be part of any word. */
const LEAST_LENGTH = 8;

/** Removes secrets and numbers from the output. A provider's own words may repeat what it was told. */
export function discreetly(print: Print, { config: { telephony } }: SmokeSettings): Print {
  const { twilio, vapi } = { twilio: null, vapi: null, ...telephony };
  const told = [twilio?.authToken, twilio?.apiKey?.secret, vapi?.apiKey, vapi?.webhookSecret];
  const secrets = told.flatMap((one) => (one && one.length >= LEAST_LENGTH ? [one] : []));
  return (line) => print(secrets.reduce((text, secret) => text.replaceAll(secret, '***'), redacted(line)));
}
