import { greetingAfter } from '#rules/first-words/first-words.js';
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { PlaceCallRequest } from '../port/telephony-provider.js';
import { toRelayVoice, toSayVoice } from './voice.js';

type TwimlRequest = Pick<PlaceCallRequest, 'dialerJobId' | 'agent'>;

/**
 * A connection that breaks, as it does when we are restarted, is made again, and what was said meanwhile is told then;
 * the SDK does not know of it yet:
 * https://www.twilio.com/en-us/changelog/conversation-relay--dynamic-configuration--application-reconnect
 */
type RelayAttributes = VoiceResponse.ConversationRelayAttributes & { readonly applicationReconnect: boolean };

/**
 * Tells Twilio what to do once the call is answered; null where there would be nothing but silence, or nothing but the
 * first words. `Say` cannot be interrupted; a greeting that begins with first words is not to be.
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

/** What is left of a first message for Twilio to say. */
export function spokenText(firstMessage: string | null): string {
  return withoutOddCharacters(firstMessage ?? '').trim();
}

/** XML 1.0, 2.2, has no place for these; Twilio refuses a whole document for one of them. */
function withoutOddCharacters(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
