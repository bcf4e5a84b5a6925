import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_FILES } from '../engine/engine-config.js';
import type { SipSettings } from '../engine/sip-settings.js';
import { readWavFormat } from '../recordings/stereo-wav.js';

const PCM = 1;

export type PromptTrouble = 'prompt_missing' | 'prompt_not_8khz_mono_wav';

/**
 * Prompt that every callee hears. The engine reads its copy at each answer, so a replaced file is heard from the next
 * call on.
 */
export class Prompt {
  private version = '';
  private trouble: PromptTrouble | null = null;
  private readonly copy: string;

  constructor(private readonly settings: Pick<SipSettings, 'audioFile' | 'directory'>) {
    this.copy = join(settings.directory, ENGINE_FILES.prompt);
  }

  /**
   * Copies the prompt to the engine's directory if the file has changed.
   * @returns the fault of the file; null: none.
   */
  prepare(): PromptTrouble | null {
    try {
      const version = versionOf(this.settings.audioFile);
      if (version !== this.version) this.trouble = this.renew();
      this.version = version;
      return this.trouble;
    } catch {
      this.version = '';
      return 'prompt_missing';
    }
  }

  private renew(): PromptTrouble | null {
    const wav = readFileSync(this.settings.audioFile);
    if (!isPlayable(wav)) return 'prompt_not_8khz_mono_wav';
    writeFileSync(`${this.copy}.new`, wav, { mode: 0o600 });
    renameSync(`${this.copy}.new`, this.copy);
    return null;
  }
}

function versionOf(path: string): string {
  const { ino, size, mtimeMs, ctimeMs } = statSync(path);
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
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
