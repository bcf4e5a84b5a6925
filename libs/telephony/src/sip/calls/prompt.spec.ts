import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Prompt } from './prompt.js';

/** Makes a WAV file of one sample: 8 kHz unless told otherwise, mono, 16 bit. */
function wavOf(sample: number, samplesPerSecond = 8_000): Buffer {
  const wav = Buffer.from('RIFF....WAVEfmt ....................data......', 'latin1');
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(samplesPerSecond, 24);
  wav.writeUInt16LE(16, 34);
  wav.writeInt16LE(sample, 44);
  return wav;
}

describe('The prompt', () => {
  let directory: string;
  let audioFile: string;
  let prompt: Prompt;
  const heard = () => readFileSync(join(directory, 'prompt.wav')).readInt16LE(44);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'outdial-prompt-'));
    audioFile = join(directory, 'hello.wav');
    prompt = new Prompt({ audioFile, directory });
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is what the file holds, for the owner’s eyes', () => {
    writeFileSync(audioFile, wavOf(1));
    expect(prompt.prepare()).toBeNull();
    expect(heard()).toBe(1);
    expect(statSync(join(directory, 'prompt.wav')).mode & 0o777).toBe(0o600);
  });

  it('is another once the file is, and the old one while it is broken', () => {
    writeFileSync(audioFile, wavOf(1));
    prompt.prepare();
    writeFileSync(audioFile, wavOf(2, 44_100));
    expect(prompt.prepare()).toBe('prompt_not_8khz_mono_wav');
    expect(prompt.prepare()).toBe('prompt_not_8khz_mono_wav');
    expect(heard()).toBe(1);
    writeFileSync(`${audioFile}.new`, wavOf(3));
    renameSync(`${audioFile}.new`, audioFile);
    expect(prompt.prepare()).toBeNull();
    expect(heard()).toBe(3);
  });

  it('is missing while it is', () => {
    expect(prompt.prepare()).toBe('prompt_missing');
    writeFileSync(audioFile, wavOf(1));
    expect(prompt.prepare()).toBeNull();
    rmSync(audioFile);
    expect(prompt.prepare()).toBe('prompt_missing');
  });

  it('is copied once, not for every call', () => {
    writeFileSync(audioFile, wavOf(1));
    prompt.prepare();
    const { ino } = statSync(join(directory, 'prompt.wav'));
    prompt.prepare();
    expect(statSync(join(directory, 'prompt.wav')).ino).toBe(ino);
  });
});
