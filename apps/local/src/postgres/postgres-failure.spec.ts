import { describe, expect, it } from 'vitest';
import { classifyFailure, decisiveLine } from './postgres-failure.js';

const PORT = `2026-11-23 04:24:58.760 UTC [6808] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use
2026-11-23 04:24:58.760 UTC [6808] FATAL:  could not create any TCP/IP sockets
2026-11-23 04:24:58.763 UTC [6808] LOG:  database system is shut down
`;

describe('classifyFailure', () => {
  it.each([
    [PORT, 'port_taken'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'directory_held'],
    ['FATAL:  pre-existing shared memory block (key 77, ID 3) is still in use', 'old_backends'],
    ['initdb: error: could not write to file "x": No space left on device', 'disk_full'],
    ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'disk_full'],
    ['FATAL:  data directory "x" has wrong ownership', 'other'],
    ['', 'other'],
  ])('of %j is %s', (said, failure) => {
    expect(classifyFailure(said)).toBe(failure);
  });
});

describe('decisiveLine', () => {
  it('is the last fatal one, without its timestamp', () => {
    expect(decisiveLine(PORT)).toBe('FATAL:  could not create any TCP/IP sockets');
  });

  it("understands initdb's errors and the loader's", () => {
    expect(decisiveLine('creating …\ninitdb: error: invalid locale\ninitdb: hint: try another\n')).toBe(
      'error: invalid locale',
    );
    expect(decisiveLine('postgres: libicu.so: cannot open shared object file\n')).toContain('libicu.so');
  });

  it('admits silence', () => {
    expect(decisiveLine(' \n')).toBe('it said nothing');
  });
});
