import { spawnSync } from 'node:child_process';

/** Debian: `apt-get install baresip-core sip-tester`. Without them, the tests on real SIP are skipped, visibly. */
export const HAS_SIP =
  spawnSync('baresip', ['-h']).error === undefined && spawnSync('sipp', ['-v']).error === undefined;
