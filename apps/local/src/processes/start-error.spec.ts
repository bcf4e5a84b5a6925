import { describe, expect, it } from 'vitest';
import { explainFileError, StartError } from './start-error.js';

function fileError(code: string, path?: string): Error {
  return Object.assign(new Error(code), { code, path, syscall: 'open' });
}

describe('explainFileError', () => {
  it.each([
    ['EACCES', '/data/logs is not writable by this user (EACCES)'],
    ['EROFS', '/data/logs is not writable by this user (EROFS)'],
    ['ENOTDIR', '/data/logs cannot be a directory, since a file is in the way (ENOTDIR)'],
    ['ENOSPC', 'The disk of /data/logs is full'],
  ])('says what %s means for the path', (code, sentence) => {
    const explained = explainFileError(fileError(code, '/data/logs'), '/data');
    expect(explained).toBeInstanceOf(StartError);
    expect((explained as Error).message).toContain(sentence);
    expect((explained as Error).message).toContain('OUTDIAL_DATA_DIR');
  });

  it('names the place when the error does not', () => {
    expect((explainFileError(fileError('ENOSPC'), '/data') as Error).message).toContain('The disk of /data is full');
  });

  it('leaves alone what the file system did not say', () => {
    const others = [
      new StartError('said already'),
      new TypeError('a defect'),
      fileError('EMFILE', '/data'),
      Object.assign(new Error('port'), { code: 'EACCES', syscall: 'listen' }),
      'text',
    ];
    for (const other of others) expect(explainFileError(other, '/data')).toBe(other);
  });
});
