import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecording } from '../../port/opened-recording.fixture.js';
import { ensureDirectoryId } from '../ownership/directory-id.js';
import { RecordingStore } from './recording-store.js';

/** Makes a WAV file with one sample. */
function wavOf(sample: number): Buffer {
  const wav = Buffer.alloc(46);
  wav.writeInt16LE(sample, 44);
  return wav;
}

describe('A recording', () => {
  let directory: string;
  let id: string;
  let shelf: RecordingStore;
  let barriers: ((isHeard: boolean) => void)[];
  let kept: string[];

  const barrier = () => new Promise<boolean>((resolve) => barriers.push(resolve));
  const begin = (dialerJobId: string, isWanted = true) =>
    shelf.begin({ dialerJobId, isWanted }, barrier, (url) => kept.push(url));
  /** Writes files as the engine does: into the present intake, named by the second. */
  const write = (sample: number, second = 1) => {
    writeFileSync(join(directory, 'intake', `dump-${second}-dec.wav`), wavOf(sample));
    writeFileSync(join(directory, 'intake', `dump-${second}-enc.wav`), wavOf(-sample));
  };
  const pass = async (isHeard = true) => {
    while (barriers.length === 0) await new Promise(setImmediate);
    barriers.shift()?.(isHeard);
    await new Promise(setImmediate);
  };
  const urlOf = (job: string) => `sip-recording:${id}:${job}`;
  const heardIn = async (job: string) => {
    const recording = await shelf.read(urlOf(job));
    return typeof recording === 'string' ? recording : (await readRecording(recording)).content.readInt16LE(44);
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'outdial-shelf-'));
    id = ensureDirectoryId(directory);
    shelf = new RecordingStore(directory);
    shelf.open();
    [barriers, kept] = [[], []];
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is the call’s whose sound began alone', async () => {
    write(1);
    begin('one');
    begin('one');
    await pass();
    await pass();
    write(2);
    begin('other');
    await pass();
    await pass();
    expect(kept).toEqual([urlOf('one'), urlOf('other')]);
    expect([await heardIn('one'), await heardIn('other')]).toEqual([1, 2]);
  });

  it.each([0, 1])('is nobody’s when another began after %i of the barriers', async (before) => {
    write(1);
    begin('one');
    for (let n = 0; n < before; n += 1) await pass();
    write(2);
    begin('other');
    for (let n = before; n < 2; n += 1) await pass();
    await pass();
    expect(kept).toEqual([]);
    expect(await heardIn('one')).toBe('gone');
    write(3);
    begin('third');
    await pass();
    await pass();
    expect([kept, await heardIn('third')]).toEqual([[urlOf('third')], 3]);
  });

  it('is nobody’s until the intake is quiet', async () => {
    write(1);
    begin('one');
    begin('other');
    await pass();
    await pass();
    begin('third');
    await pass();
    await pass();
    expect(barriers).toEqual([]);
    expect(kept).toEqual([]);
    expect(readdirSync(join(directory, 'recordings'))).toHaveLength(1);
  });

  it.each([0, 1])('is nobody’s when the engine is lost after %i of the barriers', async (before) => {
    write(1);
    begin('one');
    for (let n = 0; n < before; n += 1) await pass();
    await pass(false);
    if (before === 0) await pass();
    expect(kept).toEqual([]);
  });

  it('is not taken from what was written before anybody listened', async () => {
    write(1);
    const renewed = shelf.renew(barrier);
    await pass();
    await renewed;
    begin('one');
    await pass();
    await pass();
    expect(kept).toEqual([]);
  });

  it('is the first part of a call whose sound begins anew, and the rest is nobody’s', async () => {
    write(1);
    begin('one');
    await pass();
    await pass();
    write(2);
    begin('one');
    await pass();
    await pass();
    expect(await heardIn('one')).toBe(1);
    expect(readdirSync(join(directory, 'recordings')).toSorted()).toEqual([expect.stringMatching(/^intake-/), 'one']);
  });

  it('is not found outside its shelf', async () => {
    for (const url of [
      'sip-recording:../one',
      'sip-recording:',
      'sip-recording:.',
      'file:///etc/passwd',
      'sip-recording:none',
    ]) {
      expect(await shelf.read(url)).toBe('gone');
      expect(shelf.delete(url)).toBe(true);
    }
    expect(readdirSync(join(directory, 'recordings'))).toEqual([expect.stringMatching(/^intake-/)]);
  });

  it('that nobody wants is not kept', async () => {
    write(1);
    begin('one', false);
    await pass();
    await pass();
    expect(kept).toEqual([]);
    expect(readdirSync(join(directory, 'recordings'))).toEqual([expect.stringMatching(/^intake-/)]);
  });

  it('is deleted where it lies, and nowhere else', async () => {
    write(1);
    begin('one');
    await pass();
    await pass();
    const elsewhere = `sip-recording:${'0'.repeat(16)}:one`;
    expect([await shelf.read(elsewhere), shelf.delete(elsewhere)]).toEqual(['unavailable', false]);
    expect(await heardIn('one')).toBe(1);
    expect([shelf.delete(urlOf('one')), shelf.delete(urlOf('one'))]).toEqual([true, true]);
    expect(await heardIn('one')).toBe('gone');
  });

  it('of an earlier version, which did not say where it lies, is found here', async () => {
    write(1);
    begin('one');
    await pass();
    await pass();
    expect(await shelf.read('sip-recording:one')).toMatchObject({ contentType: 'audio/wav' });
  });
});
