import { describe } from 'vitest';
import { HAS_REDIS } from '../harness/redis-server.js';
import { describeBudget } from './budget.js';
import { describeCompliance } from './compliance.js';
import { describeControls } from './controls.js';
import { describeGuarantees } from './guarantees.js';
import { describeRedisAway } from './redis-away.js';
import { describePacing } from './pacing.js';
import { describeTwoWorkers } from './two-workers.js';
import { describeWholeWay } from './whole-way.js';

describe.skipIf(!HAS_REDIS)('redis-server is installed', () => {
  describeWholeWay('redis');
  describeGuarantees('redis');
  describeControls('redis');
  describeCompliance('redis');
  describeBudget('redis');
  describePacing('redis');
  describeTwoWorkers('redis');
  describeRedisAway();
});
