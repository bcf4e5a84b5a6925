import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describeProviderContract } from './provider-contract.js';
import { HAS_SIP } from './sip/installed.js';
import { challengeScenario } from './sip/scenarios.js';
import { SipContext } from './sip/sip-context.js';
import { makeSipLab } from './sip/sip-lab.js';
import { SipSite } from './sip/sip-site.js';

const MD5 = (text: string) => createHash('md5').update(text).digest('hex');

describe.skipIf(!HAS_SIP)('baresip and sipp are installed (apt-get install baresip-core sip-tester)', () => {
  describeProviderContract('A SIP trunk', makeSipLab, { saysWhenToRetry: false });

  describe.each([401, 407] as const)('A SIP trunk that answers %i', (code) => {
    it('is told who calls, and the password to nobody', async () => {
      const site = await SipSite.open(challengeScenario(code));
      const context = await SipContext.open(site, { password: 'p@ss"w,o>r<d=' });
      expect((await context.place(1)).kind).toBe('accepted');
      expect(await context.ended(1)).toMatchObject({ status: 'completed', endReason: 'callee_hung_up' });
      const login = site.callee.invitations[0]?.login ?? '';
      const said = Object.fromEntries(
        [...login.matchAll(/(\w+)="?([^",]*)"?/g)].map(([, name, value]) => [name, value]),
      );
      expect(said).toMatchObject({
        username: 'outdial',
        realm: 'trunk.example',
        uri: site.callee.invitations[0]?.target,
      });
      const proof = `${MD5('outdial:trunk.example:p@ss"w,o>r<d=')}:${said['nonce']}`;
      const qop = said['qop'] ? `:${said['nc']}:${said['cnonce']}:${said['qop']}` : '';
      expect(said['response']).toBe(MD5(`${proof}${qop}:${MD5(`INVITE:${said['uri']}`)}`));
      expect(site.filesWith('p@ss')).toEqual([]);
      await context.close();
      await site.close();
    });
  });
});
