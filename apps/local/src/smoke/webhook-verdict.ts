import type { SmokeProvider } from '#config/smoke-config.js';
import type { Verdict } from './checklist.js';
import type { SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

const FORGED: Readonly<Record<SmokeProvider, string>> = {
  twilio:
    'Twilio signs the address that it calls: PUBLIC_URL must be the same to the letter, and TWILIO_AUTH_TOKEN the ' +
    'primary one.',
  vapi: 'Vapi sends X-Vapi-Secret, which this call got from VAPI_WEBHOOK_SECRET: does the proxy drop the header?',
};

export function judgeWebhooks(run: SmokeRun, call: SmokeCall): void {
  run.checklist.judge('webhooks', verdictOn(run, call));
}

function verdictOn({ settings, provider, signal }: SmokeRun, { heard }: SmokeCall): Verdict {
  const { genuine, forged, unreadable } = heard.webhooks;
  const { publicUrl, host, port } = settings.config;
  const seen = `${genuine} genuine, ${forged} forged, ${unreadable} unreadable`;
  if (forged > 0) return { mark: '✗', seen, hint: FORGED[provider] };
  if (genuine + unreadable === 0)
    return {
      mark: signal.aborted ? '–' : '✗',
      seen: 'none came',
      hint: `No webhook came to ${publicUrl}: is the tunnel or proxy up, and does it lead to ${host}:${port}?`,
    };
  if (unreadable > 0)
    return { mark: '✗', seen, hint: 'What could not be understood is genuine: the adapter lacks something.' };
  if (heard.hasEnded && !heard.hasWebhookOfEnd)
    return {
      mark: '✗',
      seen: `${seen}; none told the end`,
      hint: 'Production would learn of it by look-ups, once a minute.',
    };
  return { mark: '✓', seen };
}
