import type { ConversationTurn } from '#rules/call/call-report.js';

const SAMPLES_PER_SECOND = 8000;

/** Level of silence in unsigned 8-bit samples. */
const SILENCE = 128;
const LOUDEST = 60;

const SYLLABLES_PER_SECOND = 4;
const PAUSE_SHARE = 0.15;
const PITCH_HERTZ = { agent: 196, person: 131 } as const;

/**
 * Renders a conversation without words: two voices hum in syllables, each as long as its turn.
 * @returns a WAV file: PCM, 8 bits, 8 kHz, mono.
 */
export function toneRecording(turns: readonly ConversationTurn[], seconds: number): Buffer {
  const samples = Buffer.alloc(Math.round(seconds * SAMPLES_PER_SECOND), SILENCE);
  turns.forEach((turn, index) => {
    const nextStart = turns[index + 1]?.seconds_from_start ?? seconds;
    const lasts = Math.min(nextStart, seconds) - turn.seconds_from_start;
    hum(samples, { turn: index, role: turn.role, from: turn.seconds_from_start, seconds: lasts * (1 - PAUSE_SHARE) });
  });
  return Buffer.concat([header(samples.length), samples, Buffer.alloc(samples.length % 2)]);
}

interface Hum {
  readonly turn: number;
  readonly role: ConversationTurn['role'];
  readonly from: number;
  readonly seconds: number;
}

function hum(samples: Buffer, { turn, role, from, seconds }: Hum): void {
  const first = Math.round(from * SAMPLES_PER_SECOND);
  const count = Math.floor(seconds * SAMPLES_PER_SECOND);
  let phase = 0;
  for (let index = 0; index < count; index++) {
    const at = index / SAMPLES_PER_SECOND;
    phase += (2 * Math.PI * pitchHertz(PITCH_HERTZ[role], turn, at)) / SAMPLES_PER_SECOND;
    const wave = 0.8 * Math.sin(phase) + 0.2 * Math.sin(2 * phase);
    samples[first + index] = SILENCE + Math.round(LOUDEST * loudness(at, seconds) * wave);
  }
}

/** Returns the pitch of a syllable, up to an eighth away from the voice's own. */
function pitchHertz(voice: number, turn: number, at: number): number {
  const syllable = Math.floor(at * SYLLABLES_PER_SECOND);
  return voice * (1 + 0.12 * Math.sin(2.4 * syllable + turn));
}

/** Returns a loudness from 0 to 1. It swells and fades with each syllable, and fades out at the end of the turn. */
function loudness(at: number, seconds: number): number {
  const syllable = 0.5 - 0.5 * Math.cos(2 * Math.PI * SYLLABLES_PER_SECOND * at);
  return syllable * Math.min(1, (seconds - at) * 10);
}

/**
 * Makes the 44 bytes of a RIFF/WAVE header, all little-endian. Source: "Multimedia Programming Interface and Data
 * Specifications 1.0" (IBM, Microsoft, 1991).
 */
function header(dataBytes: number): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + dataBytes + (dataBytes % 2), 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  bytes.writeUInt32LE(SAMPLES_PER_SECOND, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(dataBytes, 40);
  return bytes;
}
