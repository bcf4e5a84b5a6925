/** Settings for a machine with two cores and a few gigabytes that also does other work. */
const DEFAULTS: Readonly<Record<string, string>> = {
  max_connections: '100',
  max_locks_per_transaction: '256',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  // The log would otherwise quote a rejected row, and rows hold phone numbers.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/**
 * Settings that allow connections from this machine alone. TCP is used, because a socket's path can be too long in a
 * deep directory.
 */
const FIXED: Readonly<Record<string, string>> = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };

export function postgresArguments(
  directory: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): string[] {
  const all = { ...DEFAULTS, ...settings, ...FIXED };
  return [
    '-D',
    directory,
    '-p',
    String(port),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
