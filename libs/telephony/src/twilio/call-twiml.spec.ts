import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTwiml } from './call-twiml.js';

const RELAY = 'wss://dialer.example/relay';
const request = (firstMessage: string | null, voiceId = 'Amazon:Joanna-Neural', language: string | null = null) => ({
  dialerJobId: 'job-1',
  agent: { systemPrompt: 'secret', voiceId, firstMessage, firstWords: null, language },
});

describe('toTwiml', () => {
  it('connects to the relay, with voice, greeting and our key', () => {
    expect(toTwiml(request('Hello <Ada> & "all"'), RELAY)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Connect><ConversationRelay ' +
        'url="wss://dialer.example/relay/job-1" ' +
        'ttsProvider="Amazon" voice="Joanna-Neural" welcomeGreeting="Hello &lt;Ada> &amp; &quot;all&quot;" ' +
        'dtmfDetection="true" ' +
        'interruptible="any" partialPrompts="true" events="speaker-events" applicationReconnect="true"><Parameter ' +
        'name="dialer_job_id" value="job-1"/></ConversationRelay></Connect></Response>',
    );
  });

  it('greets nobody without a first message, and leaves the voice to Twilio where none is named', () => {
    const twiml = toTwiml(request(null, ''), RELAY);
    expect(twiml).not.toMatch(/welcomeGreeting|voice|ttsProvider/);
    expect(toTwiml(request(' \u0001 '), RELAY)).not.toContain('welcomeGreeting');
  });

  it('says the first message where there is no relay, in a voice that can', () => {
    const said = (voiceId: string) => toTwiml(request('Hi & bye', voiceId), null);
    expect(said('Amazon:Joanna-Neural')).toContain('<Say voice="Polly.Joanna-Neural">Hi &amp; bye</Say>');
    expect(said('ElevenLabs:abc')).toContain('<Say>Hi &amp; bye</Say>');
  });

  it('speaks the language of the campaign, where it has one', () => {
    const voice = 'Google:de-DE-Chirp3-HD-Aoede';
    expect(toTwiml(request('Hallo', voice, 'de-DE'), RELAY)).toContain(' language="de-DE"');
    expect(toTwiml(request('Hallo', voice, 'de-DE'), null)).toContain(
      '<Say voice="Google.de-DE-Chirp3-HD-Aoede" language="de-DE">Hallo</Say>',
    );
    for (const relay of [RELAY, null]) expect(toTwiml(request('Hello', voice), relay)).not.toContain('language');
  });

  it('says first words before the greeting, and lets nobody interrupt them', () => {
    const opening = { firstWords: 'A machine.', firstMessage: 'A machine. Hello' };
    const { agent, dialerJobId } = request(null);
    const twiml = (relay: string | null, changes = {}) =>
      toTwiml({ dialerJobId, agent: { ...agent, ...opening, ...changes } }, relay);
    expect(twiml(RELAY)).toContain(' welcomeGreeting="A machine. Hello" welcomeGreetingInterruptible="none" ');
    expect(twiml(null)).toContain('>A machine. Hello</Say>');
    expect(toTwiml(request('Hello'), RELAY)).not.toContain('welcomeGreetingInterruptible');
    expect(twiml(null, { firstMessage: 'A machine.' })).toBeNull();
    expect(twiml(RELAY, { firstMessage: 'A machine.' })).toContain('welcomeGreeting="A machine."');
  });

  it('has nothing to say without either', () => {
    expect(toTwiml(request(null), null)).toBeNull();
    expect(toTwiml(request('\u0000 '), null)).toBeNull();
  });

  it('never tells Twilio the prompt', () => {
    for (const relay of [RELAY, null]) expect(toTwiml(request('Hi'), relay)).not.toContain('secret');
  });

  it('is XML whatever was typed', () => {
    const anyText = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (text, voiceId, hasRelay) => {
        const twiml = toTwiml(request(text, voiceId), hasRelay ? RELAY : null) ?? '';
        expect(twiml).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
        expect(twiml.replaceAll(/<[^<>]*(?:"[^"<]*"[^<>"]*)*>/g, '')).not.toContain('<');
      }),
    );
  });
});
