import { MESSAGE_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import type { SessionEnd } from '#rules/access/session-end.js';
import { asStorableText } from '#rules/call/storable-report.js';
import type { Voice } from './after-speech.js';

/**
 * Messages of Twilio's ConversationRelay that Outdial reads. Source:
 * https://www.twilio.com/docs/voice/conversationrelay/websocket-messages. Twilio documents how to request `speaking`
 * (`events`), and its own example shows its form: https://github.com/twilio-demos/twilio-aws-blueprint,
 * conversationrelayhandler.py
 */
export type RelayMessage =
  | { readonly type: 'setup'; readonly sessionId: string; readonly callSid: string | null }
  /** Words of the person; `isLast` is false if more follow. */
  | { readonly type: 'prompt'; readonly text: string; readonly isLast: boolean }
  /** The person interrupted the agent; `heard` is the heard part, null if Twilio does not report it. */
  | { readonly type: 'interrupt'; readonly heard: string | null }
  | { readonly type: 'dtmf'; readonly digit: string }
  /** Start or end of a side's speech. */
  | { readonly type: 'speaking'; readonly voice: Voice; readonly isSpeaking: boolean }
  | { readonly type: 'error'; readonly description: string };

/**
 * Messages to the relay. A text may come in pieces; the one with `last` ends the agent's speech. A text that is not
 * `interruptible` is spoken to its end.
 */
export type AgentMessage =
  | { readonly type: 'text'; readonly token: string; readonly last: boolean; readonly interruptible?: false }
  | { readonly type: 'end'; readonly reason: SessionEnd };

/** Decodes a message; null for an invalid or unknown one. */
export function decodeRelayMessage(text: string): RelayMessage | null {
  const message = parsed(text);
  switch (message?.['type']) {
    case 'setup':
      return toSetup(message);
    case 'prompt':
      return toPrompt(message);
    case 'interrupt':
      return { type: 'interrupt', heard: textOf(message['utteranceUntilInterrupt']) };
    case 'dtmf':
      return toDigit(message);
    case 'info':
      return toSpeaking(message);
    case 'error':
      return { type: 'error', description: textOf(message['description']) ?? '' };
    default:
      return null;
  }
}

export function encodeAgentMessage(message: AgentMessage): string {
  if (message.type === 'text') return JSON.stringify(message);
  return JSON.stringify({ type: 'end', handoffData: JSON.stringify({ reason: message.reason }) });
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): Fields | null {
  try {
    const value: unknown = parseBounded(text, MESSAGE_BOUNDS);
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function toSetup(message: Fields): RelayMessage {
  return { type: 'setup', sessionId: textOf(message['sessionId']) ?? '', callSid: textOf(message['callSid']) };
}

/** Reads a prompt; without `last` there are no parts. */
function toPrompt(message: Fields): RelayMessage | null {
  const text = textOf(message['voicePrompt']);
  return text === null ? null : { type: 'prompt', text, isLast: message['last'] !== false };
}

function toDigit(message: Fields): RelayMessage | null {
  const digit = textOf(message['digit']) ?? '';
  return /^[0-9A-D*#]$/.test(digit) ? { type: 'dtmf', digit } : null;
}

const VOICES = new Map<unknown, Voice>([
  ['agentSpeaking', 'agent'],
  ['clientSpeaking', 'person'],
]);

function toSpeaking({ name, value }: Fields): RelayMessage | null {
  const voice = VOICES.get(name);
  if (voice === undefined || (value !== 'on' && value !== 'off')) return null;
  return { type: 'speaking', voice, isSpeaking: value === 'on' };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? asStorableText(value).trim() : null;
}
