import { describe } from 'vitest';
import { HAS_REDIS } from '../../support/redis-server.js';
import type { QueueBackend } from './stage.js';

/**
 * Runs tests with the queue on PostgreSQL, then with the queue on Redis. Where redis-server is not installed, the
 * second half is skipped, visibly.
 */
export function describeOnEachQueue(subject: string, tests: (backend: QueueBackend) => void): void {
  describe(`${subject}, with the queue on postgres`, () => {
    tests('postgres');
  });
  describe.skipIf(!HAS_REDIS)(`${subject}, with the queue on redis`, () => {
    tests('redis');
  });
}
