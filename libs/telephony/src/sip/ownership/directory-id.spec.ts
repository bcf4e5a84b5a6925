import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryId, ensureDirectoryId } from './directory-id.js';

describe('The name of a directory', () => {
  let directory: string;

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'outdial-id-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is made once, and stays', () => {
    expect(directoryId(directory)).toBeNull();
    const id = ensureDirectoryId(directory);
    expect([ensureDirectoryId(directory), directoryId(directory)]).toEqual([id, id]);
    expect(readdirSync(directory)).toEqual(['directory-id']);
  });

  it('is not made up where something else stands', () => {
    writeFileSync(join(directory, 'directory-id'), 'half');
    expect(directoryId(directory)).toBeNull();
    expect(() => ensureDirectoryId(directory)).toThrow('remove it');
  });
});
