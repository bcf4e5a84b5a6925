import { describe, expect, it } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import type { DialingJob } from '#database/statements/engine/place/begin-dialing.js';
import { toCreateBody as toCarrierBody } from '#telephony/carrier/carrier-wire.js';
import { conversation } from '#telephony/simulator/conversation/conversation.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { toTwiml } from '#telephony/twilio/call-twiml.js';
import { toCreateBody as toVapiBody } from '#telephony/vapi/create-body.js';
import type { VapiSettings } from '#telephony/vapi/vapi-settings.js';
import { CallRoute } from './call-route.js';

const ODD = '{{first_name}} {{plan}} {{nothing}} {{first_name {last_name} {{{x}}} {% if %} {{ }} }} {{a|{{b}}}} {';

const JOB = {
  dialer_job_id: '00000000-0000-4000-8000-000000000001',
  phone_number: '+442079460001',
  from_number: null,
  placed_at: new Date(0),
  system_prompt: `Prompt ${ODD}`,
  first_message: `Message ${ODD}`,
  voice_id: 'aria',
  language: null,
  record_calls: false,
  voicemail_action: 'hangup',
  ring_timeout_seconds: 30,
  max_call_seconds: 600,
  first_name: '{{email}}',
  last_name: '{%raw%}',
  email: 'ada@example.com',
  custom_fields: { plan: '{{first_name}}', b: '}}' },
} as unknown as DialingJob;

const SETTINGS = { callerId: null, callerIds: null, publicUrl: 'http://127.0.0.1:3000' };
const VAPI = { model: { provider: 'openai', model: 'm' }, voiceProvider: '11labs', webhookSecret: 's' };

function request(fields: Partial<DialingJob> = {}) {
  return new CallRoute({ name: 'x' } as TelephonyProvider, SETTINGS).toRequest({ ...JOB, ...fields });
}

describe('CallRoute.toRequest', () => {
  it('passes on what is known of the person, with no braces around anything', () => {
    const { agent, person } = request();
    expect(agent.firstMessage).toMatch(/^Message \(\(email\)\) \(\(first_name\)\)/);
    for (const text of [agent.systemPrompt, agent.firstMessage, person.firstName, person.lastName])
      expect(text).not.toMatch(/\{\{|\}\}|\{%/);
    expect(`${agent.firstMessage}${person.firstName}${person.lastName}`).not.toMatch(/[{}]/);
    expect(agent.firstMessage).not.toContain('ada@example.com');
  });

  it('sends Vapi texts without braces', () => {
    const body = toVapiBody(request(), VAPI as unknown as VapiSettings, 'id') as {
      assistant: { firstMessage: string; model: { messages: { content: string }[] } };
    };
    expect(body.assistant.firstMessage).not.toMatch(/[{}]/);
    expect(body.assistant.model.messages[0]!.content).not.toMatch(/\{\s?\{|\}\s?\}|\{\s?%/);
  });

  it.each([null, 'wss://example.test/relay'])('over Twilio has texts without braces (relay: %s)', (relayUrl) => {
    expect(toTwiml(request(), relayUrl)).not.toMatch(/[{}]/);
  });

  it('to a carrier has texts without braces', () => {
    const { agent, person } = toCarrierBody(request());
    expect(`${agent.first_message}${person.first_name}${person.last_name}`).not.toMatch(/[{}]/);
    expect(agent.system_prompt).not.toMatch(/\{\{|\}\}/);
  });

  it.each([JOB.first_message, null])('to the simulator has a conversation without braces (%s)', (first_message) => {
    const { agent, person } = request({ first_message, system_prompt: `You call about ${ODD}.` });
    const briefing = { ...agent, firstName: person.firstName };
    const plot = { outcome: 'goal_reached', isCutShort: false, durationSeconds: 60 } as never;
    for (const { text } of conversation(plot, briefing, seededRandom('key'))) expect(text).not.toMatch(/[{}]/);
  });
});
