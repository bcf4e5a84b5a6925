import { describe, expect, it } from 'vitest';
import { identitiesFor, SELF, succeedsAs } from './run-as.js';

const isRoot = process.getuid?.() === 0;

describe('identitiesFor', () => {
  it.runIf(!isRoot)('is this user, when it is an ordinary one', () => {
    expect(identitiesFor(null)).toEqual([SELF]);
  });

  it.runIf(isRoot)('is the owner of the files, when they are not root’s', () => {
    expect(identitiesFor(12345)).toEqual([{ prefix: [], uid: 12345, gid: 12345 }]);
  });

  it.runIf(isRoot)('never is root', async () => {
    const identities = identitiesFor(null);
    const working = await Promise.all(identities.map((identity) => succeedsAs(identity, ['true'])));
    expect(working).toContain(true);
    for (const [index, identity] of identities.entries()) {
      if (working[index]) expect(await succeedsAs(identity, ['sh', '-c', 'test "$(id -u)" != 0'])).toBe(true);
    }
  });
});

describe('succeedsAs', () => {
  it('tells whether a command succeeds', async () => {
    expect(await succeedsAs(SELF, ['true'])).toBe(true);
    expect(await succeedsAs(SELF, ['false'])).toBe(false);
    expect(await succeedsAs(SELF, ['/no/such/program'])).toBe(false);
  });

  it('hands over nothing of the environment, and runs where anyone may be', async () => {
    expect(await succeedsAs(SELF, ['sh', '-c', 'test -z "$HOME$PGDATA$NODE_ENV"'])).toBe(true);
    expect(await succeedsAs(SELF, ['sh', '-c', 'test "$PWD" = /'])).toBe(true);
  });
});
