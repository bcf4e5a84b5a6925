import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import type { PostgresServer } from './site/postgres-server.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly platform: string;
  readonly node: string;
  readonly postgres: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly redis: string | null;
}

export async function describeMachine(server: PostgresServer, redis: string | null): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.version,
    postgres: await server.setting('server_version'),
    fsync: await server.setting('fsync'),
    synchronousCommit: await server.setting('synchronous_commit'),
    redis,
  };
}

export function machineText(machine: Machine): string {
  const { cpu, cores, memoryGigabytes, node, postgres, fsync, synchronousCommit, redis } = machine;
  return [
    `${cores} cores (${cpu}), ${memoryGigabytes} GB, ${machine.platform}, Node ${node}`,
    `PostgreSQL ${postgres}, fsync ${fsync}, synchronous_commit ${synchronousCommit}`,
    redis ? `Redis ${redis}, every write logged, flushed each second` : 'redis-server is not installed',
  ].join('\n');
}
