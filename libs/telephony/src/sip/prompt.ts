import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_FILES } from './engine-config.js';
import type { SipSettings } from './sip-settings.js';
import { readWavFormat } from './stereo-wav.js';

const PCM = 1;

/** Puts the prompt where the engine reads it, anew for each call. @returns what is wrong with it; null: nothing, or there is none. */
export function preparePrompt({
  audioFile,
  directory,
}: SipSettings): 'prompt_missing' | 'prompt_not_8khz_mono_wav' | null {
  if (audioFile === null) return null;
  const path = join(directory, ENGINE_FILES.prompt);
  try {
    if (!isPlayable(readFileSync(audioFile))) return 'prompt_not_8khz_mono_wav';
    copyFileSync(audioFile, `${path}.new`);
    renameSync(`${path}.new`, path);
    return null;
  } catch {
    return 'prompt_missing';
  }
}

function isPlayable(wav: Buffer): boolean {
  const format = readWavFormat(wav);
  return (
    format?.encoding === PCM &&
    format.channels === 1 &&
    format.samplesPerSecond === 8_000 &&
    format.bitsPerSample === 16
  );
}
