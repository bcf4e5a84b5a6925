import { describe } from 'vitest';
import { describeProviderContract } from './provider-contract.js';
import { HAS_SIP } from './sip/installed.js';
import { makeSipLab } from './sip/sip-lab.js';

describe.skipIf(!HAS_SIP)('baresip and sipp are installed (apt-get install baresip-core sip-tester)', () => {
  describeProviderContract('A SIP trunk', makeSipLab, { saysWhenToRetry: false });
});
