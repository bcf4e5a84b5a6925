import type { PlaceCallRequest } from '../../port/telephony-provider.js';
import { newCall, type SipCall } from './sip-call.js';

export const DIALED_AT = new Date('2026-03-02T10:00:00.000Z');

/** Makes a call that was dialed at ten o'clock. */
export function dialedCall(dialerJobId: string, differences: Partial<SipCall> = {}): SipCall {
  const request: PlaceCallRequest = {
    dialerJobId,
    to: '+442079460000',
    from: null,
    webhookUrl: null,
    agent: { systemPrompt: '', voiceId: '', firstMessage: null, firstWords: null, language: null },
    person: { firstName: null, lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: DIALED_AT,
  };
  const target = `sip:+442079460000@trunk.example;attempt=${dialerJobId}`;
  const dialing = { engineId: 'engine-1', account: 'sip:outdial@trunk.example', target, now: DIALED_AT };
  return { ...newCall(request, dialing), ...differences };
}
