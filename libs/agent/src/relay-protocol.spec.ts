import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRelayMessage, encodeAgentMessage } from './relay-protocol.js';

function decode(message: object): unknown {
  return decodeRelayMessage(JSON.stringify(message));
}

describe('A message of Twilio', () => {
  it.each([
    [
      { type: 'setup', sessionId: 'VX1', callSid: 'CA1', customParameters: { dialer_job_id: 'x' } },
      { type: 'setup', sessionId: 'VX1', callSid: 'CA1' },
    ],
    [
      { type: 'prompt', voicePrompt: ' Hi! ', lang: 'en-US', last: true },
      { type: 'prompt', text: 'Hi!', isLast: true },
    ],
    [
      { type: 'prompt', voicePrompt: 'Hi', last: false },
      { type: 'prompt', text: 'Hi', isLast: false },
    ],
    [
      { type: 'prompt', voicePrompt: 'Hi!' },
      { type: 'prompt', text: 'Hi!', isLast: true },
    ],
    [
      { type: 'interrupt', utteranceUntilInterrupt: 'Life is', durationUntilInterruptMs: '460' },
      { type: 'interrupt', heard: 'Life is' },
    ],
    [{ type: 'interrupt' }, { type: 'interrupt', heard: null }],
    [
      { type: 'dtmf', digit: '#' },
      { type: 'dtmf', digit: '#' },
    ],
    [
      { type: 'info', name: 'agentSpeaking', value: 'on', ts: 1752091234567 },
      { type: 'speaking', voice: 'agent', isSpeaking: true },
    ],
    [
      { type: 'info', name: 'clientSpeaking', value: 'off' },
      { type: 'speaking', voice: 'person', isSpeaking: false },
    ],
    [
      { type: 'error', description: 'Invalid message' },
      { type: 'error', description: 'Invalid message' },
    ],
  ])('the message %j is understood', (message, meaning) => {
    expect(decode(message)).toEqual(meaning);
  });

  it.each([
    { type: 'info', name: 'tokensPlayed', value: 'on' },
    { type: 'info', name: 'agentSpeaking', value: true },
    { type: 'info', name: { toString: 'agentSpeaking' }, value: 'on' },
    { type: 'prompt', voicePrompt: 7 },
    { type: 'dtmf', digit: '12' },
    { type: 'dtmf' },
    {},
    [],
  ])('the message %j is skipped', (message) => {
    expect(decode(message)).toBeNull();
  });

  it.each(['', 'hello', 'null', '7', '"prompt"', '{"type":'])('the text %j is no message', (text) => {
    expect(decodeRelayMessage(text)).toBeNull();
  });

  it('characters that no database stores are dropped', () => {
    expect(decode({ type: 'prompt', voicePrompt: 'a\0b\ud83d' })).toMatchObject({ text: 'ab\ufffd' });
  });

  it('a text longer than any message is not parsed', () => {
    const much = [
      `{"type":"prompt","voicePrompt":"Yes.","a":${'['.repeat(65)}${']'.repeat(65)}}`,
      `{"type":"prompt","voicePrompt":"Yes.","a":[${'[],'.repeat(20_000)}0]}`,
      '['.repeat(65_000),
    ];
    for (const text of much) expect(decodeRelayMessage(text)).toBeNull();
  });

  it('no text ends the process', () => {
    const fields = fc.record(
      {
        type: fc.oneof(fc.constantFrom('setup', 'prompt', 'interrupt', 'dtmf', 'info', 'error'), fc.anything()),
        voicePrompt: fc.anything(),
        last: fc.anything(),
        utteranceUntilInterrupt: fc.anything(),
        digit: fc.anything(),
        name: fc.anything(),
        value: fc.anything(),
        description: fc.anything(),
        sessionId: fc.anything(),
        callSid: fc.anything(),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.oneof(fields.map(asJson), fc.string(), fc.json()), (text) => void decodeRelayMessage(text)),
    );
  });
});

/** Values of any JSON type. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

describe('A message to Twilio', () => {
  it('a text is sent in pieces', () => {
    expect(JSON.parse(encodeAgentMessage({ type: 'text', token: 'Good ', last: false }))).toEqual({
      type: 'text',
      token: 'Good ',
      last: false,
    });
  });

  it('the end is sent with its reason, as a string of JSON', () => {
    expect(JSON.parse(encodeAgentMessage({ type: 'end', reason: 'silence' }))).toEqual({
      type: 'end',
      handoffData: '{"reason":"silence"}',
    });
  });
});
