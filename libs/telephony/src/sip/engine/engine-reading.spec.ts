import { describe, expect, it } from 'vitest';
import { readAccounts, readCallId, readListedCalls, readVersion } from './engine-reading.js';

/** Answer of baresip 1.0.0. */
const LIST = `
--- Active calls (2) ---
  [line 84]  0:00:00   OUTGOING             sip:+155584@127.0.0.1:45999;attempt=c84
> [line 7]  1:02:03  ESTABLISHED  (on hold)  sip:+155585@trunk.example;attempt=00000000-0000-4000-8000-000000000001

`;

const STATUS = `
===== Call debug (OUTGOING) =====
 local_uri:  <sip:+442079460000@127.0.0.1>
 peer_uri:   <sip:+15550001@127.0.0.1:45999;attempt=aa-bb>
 af=AF_INET id=4fa57be349619c6d
 direction: Outgoing
`;

describe('What baresip says', () => {
  it('of its calls', () => {
    expect(readListedCalls(LIST)).toEqual([
      { lineNumber: 84, state: 'OUTGOING', talkedSeconds: 0, target: 'sip:+155584@127.0.0.1:45999;attempt=c84' },
      {
        lineNumber: 7,
        state: 'ESTABLISHED',
        talkedSeconds: 3723,
        target: 'sip:+155585@trunk.example;attempt=00000000-0000-4000-8000-000000000001',
      },
    ]);
    expect(readListedCalls(`[line 1]  ${'9'.repeat(30)}:00:00  ESTABLISHED  sip:a@b`)).toEqual([]);
    expect(readListedCalls('\n--- Active calls (0) ---\n\n')).toEqual([]);
  });

  it('of its accounts', () => {
    const said =
      '\n--- User Agents (2) ---\n  sip:outdial@trunk.example               \n> sip:+44@trunk.example OK\n\n';
    expect(readAccounts(said)).toEqual(['sip:outdial@trunk.example', 'sip:+44@trunk.example']);
  });

  it('of its version', () => {
    const about = '|                      \u001b[34;1mbare\u001b[31;1msip\u001b[;m 1.0.0                         |\n';
    expect(readVersion(about)).toBe('1.0.0');
    expect(readVersion('')).toBeNull();
  });

  it('of the call that was dialed last, and of no other', () => {
    expect(readCallId(STATUS, 'sip:+15550001@127.0.0.1:45999;attempt=aa-bb')).toBe('4fa57be349619c6d');
    expect(readCallId(STATUS, 'sip:+15550001@127.0.0.1:45999;attempt=aa')).toBeNull();
    expect(readCallId('\n(no active calls)\n', 'sip:+15550001@127.0.0.1:45999')).toBeNull();
  });
});
