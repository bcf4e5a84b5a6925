import { afterEach, beforeEach, describe } from 'vitest';
import type { SipSettings } from '#telephony/sip/engine/sip-settings.js';
import { HAS_SIP } from './installed.js';
import { calleeScenario } from './scenarios.js';
import { SipContext } from './sip-context.js';
import { SipSite } from './sip-site.js';

/** Runs tests with a SIP site for each. Where baresip and sipp are not installed, they are skipped, visibly. */
export function describeCallsOverSip(subject: string, tests: (sip: OpenedSite) => void): void {
  describe.skipIf(!HAS_SIP)(`With baresip and sipp (apt-get install baresip-core sip-tester), ${subject}`, () => {
    const sip = new OpenedSite();
    beforeEach(() => sip.set());
    afterEach(() => sip.close());
    tests(sip);
  });
}

/** The site of one test, and the context that the test opens on it. */
export class OpenedSite {
  site!: SipSite;
  private context: SipContext | undefined;

  async set(): Promise<void> {
    this.context = undefined;
    this.site = await SipSite.open(calleeScenario());
  }

  async open(settings: Partial<SipSettings> = {}): Promise<SipContext> {
    this.context = await SipContext.open(this.site, settings);
    return this.context;
  }

  async close(): Promise<void> {
    await this.context?.close();
    await this.site.close();
  }
}
