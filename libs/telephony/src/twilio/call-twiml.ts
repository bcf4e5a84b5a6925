import { greetingAfter } from '#rules/first-words/first-words.js';
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { PlaceCallRequest } from '../port/telephony-provider.js';
import { toRelayVoice, toSayVoice } from './voice.js';

type TwimlRequest = Pick<PlaceCallRequest, 'dialerJobId' | 'agent'>;

/**
 * Attributes of ConversationRelay. With `applicationReconnect` Twilio reconnects after the api restarts, and then sends
 * what was said meanwhile. The SDK lacks that attribute:
 * https://www.twilio.com/en-us/changelog/conversation-relay--dynamic-configuration--application-reconnect
 */
type RelayAttributes = VoiceResponse.ConversationRelayAttributes & { readonly applicationReconnect: boolean };

/**
 * Writes what Twilio does once the call is answered. `Say` cannot be interrupted, nor can a greeting that begins with
 * first words.
 * @returns null if the call would be silent, or say nothing but the first words.
 */
export function toTwiml({ dialerJobId, agent }: TwimlRequest, relayUrl: string | null): string | null {
  const firstMessage = spokenText(agent.firstMessage);
  const voiceId = withoutOddCharacters(agent.voiceId);
  const response = new VoiceResponse();
  if (relayUrl === null) {
    if (spokenText(greetingAfter(agent)) === '') return null;
    response.say(
      { voice: toSayVoice(voiceId), language: agent.language ?? undefined } as VoiceResponse.SayAttributes,
      firstMessage,
    );
    return response.toString();
  }
  const attributes: RelayAttributes = {
    url: `${relayUrl}/${dialerJobId}`,
    ...toRelayVoice(voiceId),
    ...(agent.language === null ? {} : { language: agent.language }),
    ...(firstMessage === '' ? {} : { welcomeGreeting: firstMessage }),
    ...(agent.firstWords === null ? {} : { welcomeGreetingInterruptible: 'none' }),
    dtmfDetection: true,
    interruptible: 'any',
    partialPrompts: true,
    events: 'speaker-events',
    applicationReconnect: true,
  };
  const relay = response.connect().conversationRelay(attributes);
  relay.parameter({ name: 'dialer_job_id', value: dialerJobId });
  return response.toString();
}

/** Returns the part of a first message that Twilio can speak. */
export function spokenText(firstMessage: string | null): string {
  return withoutOddCharacters(firstMessage ?? '').trim();
}

/** Removes characters that XML 1.0 (2.2) forbids. Twilio rejects a whole document for one of them. */
function withoutOddCharacters(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
