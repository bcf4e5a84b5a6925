import { Injectable } from '@nestjs/common';
import { acrossTenants } from '#database/actor.js';
import { Database } from '#database/database.js';
import { DialQueue } from '#queue/dial-queue.js';

type Health = 'ok' | 'unavailable';

const PATIENCE_MS = 1_500;

const PING = { name: 'ping', text: 'SELECT 1' };

@Injectable()
export class Readiness {
  constructor(
    private readonly database: Database,
    private readonly queue: DialQueue,
  ) {}

  async check(): Promise<{ database: Health; queue: Health }> {
    const [database, queue] = await Promise.all([
      health(acrossTenants(() => this.database.run(PING))),
      health(this.queue.ping()),
    ]);
    return { database, queue };
  }
}

async function health(probe: Promise<unknown>): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), PATIENCE_MS);
  });
  const answer = probe.then<Health, Health>(
    () => 'ok',
    () => 'unavailable',
  );
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
