import type { Sql } from '../../connection/sql.js';

/** Returns the server's version as a number: 150019 is 15.19. */
export async function serverVersion(sql: Sql): Promise<number> {
  const [row] = await sql.run<{ version: number }>(READ);
  return row!.version;
}

const READ = { name: 'server-version', text: `SELECT current_setting('server_version_num')::int AS version` };
