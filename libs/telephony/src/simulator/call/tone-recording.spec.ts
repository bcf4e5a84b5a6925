import { describe, expect, it } from 'vitest';
import type { ConversationTurn } from '#rules/call/call-report.js';
import { callRecording } from './call-recording.js';
import { INSTANT, simulatorConfig, acceptedCalls } from './simulator.fixture.js';
import { toneRecording } from './tone-recording.js';

const TURNS: ConversationTurn[] = [
  { role: 'agent', text: '', seconds_from_start: 0 },
  { role: 'person', text: '', seconds_from_start: 2 },
];

function parse(wav: Buffer) {
  return {
    riff: wav.toString('latin1', 0, 4),
    riffBytes: wav.readUInt32LE(4),
    form: wav.toString('latin1', 8, 16),
    formatBytes: wav.readUInt32LE(16),
    format: wav.readUInt16LE(20),
    channels: wav.readUInt16LE(22),
    samplesPerSecond: wav.readUInt32LE(24),
    bytesPerSecond: wav.readUInt32LE(28),
    bytesPerFrame: wav.readUInt16LE(32),
    bitsPerSample: wav.readUInt16LE(34),
    data: wav.toString('latin1', 36, 40),
    dataBytes: wav.readUInt32LE(40),
  };
}

function samples(wav: Buffer, fromSeconds: number, toSeconds: number): number[] {
  return [...wav.subarray(44 + fromSeconds * 8000, 44 + toSeconds * 8000)];
}

/** Counts half of the times that the wave crosses silence. */
function periods(wave: number[]): number {
  const sides = wave.filter((sample) => sample !== 128).map((sample) => sample > 128);
  return sides.filter((side, index) => index > 0 && side !== sides[index - 1]).length / 2;
}

describe('toneRecording', () => {
  it.each([0, 0.001, 0.333375, 4, 120])('is a WAV file of %d seconds', (seconds) => {
    const wav = toneRecording(TURNS, seconds);
    const dataBytes = Math.round(seconds * 8000);
    expect(parse(wav)).toEqual({
      riff: 'RIFF',
      riffBytes: wav.length - 8,
      form: 'WAVEfmt ',
      formatBytes: 16,
      format: 1,
      channels: 1,
      samplesPerSecond: 8000,
      bytesPerSecond: 8000,
      bytesPerFrame: 1,
      bitsPerSample: 8,
      data: 'data',
      dataBytes,
    });
    expect(wav.length).toBe(44 + dataBytes + (dataBytes % 2));
  });

  it('lets two voices of different pitch hum by turns, with a pause between them', () => {
    const wav = toneRecording(TURNS, 4);
    const agent = periods(samples(wav, 0, 1.7));
    const person = periods(samples(wav, 2, 3.7));
    expect(agent / person).toBeGreaterThan(1.3);
    expect(new Set(samples(wav, 1.71, 2))).toEqual(new Set([128]));
  });

  it('is gentle: far from the loudest, and without a jump', () => {
    const wave = samples(toneRecording(TURNS, 4), 0, 4);
    const steps = wave.slice(1).map((sample, index) => Math.abs(sample - wave[index]!));
    expect(Math.max(...wave) - 128).toBeGreaterThan(30);
    expect(Math.max(...wave) - 128).toBeLessThan(64);
    expect(Math.max(...steps)).toBeLessThan(20);
  });
});

describe('callRecording', () => {
  it('lasts as long as the talk, two minutes at most, and is the same every time', () => {
    const answered = acceptedCalls(simulatorConfig({ talkSeconds: 60 }), 60).filter(
      ({ script }) => script.kind === 'answered',
    );
    for (const call of answered.slice(0, 12)) {
      const talkMs = call.script.kind === 'answered' ? call.script.endsAtMs - call.script.answeredAtMs : 0;
      const recording = callRecording(call)!;
      expect(parse(recording).dataBytes).toBe(Math.min(talkMs * 8, 120 * 8000));
      expect(callRecording(call)!.equals(recording)).toBe(true);
    }
  });

  it('does not depend on what the agent was told', () => {
    const call = acceptedCalls(simulatorConfig(), 20).find(({ script }) => script.kind === 'answered')!;
    const briefing = {
      firstMessage: 'A very long first message. '.repeat(20),
      systemPrompt: 'Call to sing.',
      firstName: 'Ada',
    };
    expect(callRecording({ ...call, briefing })!.equals(callRecording(call)!)).toBe(true);
  });

  it('is empty for a call that lasted no time, and none where nobody answered', () => {
    const calls = acceptedCalls(INSTANT, 60);
    for (const call of calls) {
      const recording = callRecording(call);
      expect(recording?.length ?? 0).toBe(call.script.kind === 'answered' ? 44 : 0);
    }
  });
});
