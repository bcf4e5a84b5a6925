/** Files that Linux lets a login open by default. A process opens some 450 to load, and one for each connection. */
export const LEAST_OPEN_FILES = 1_024;

/** Exit code of a configuration error (sysexits.h). A supervisor need not start the process again. */
export const EXIT_CONFIGURATION = 78;

/**
 * Ends a process that may not open enough files, with one sentence. Must run before large imports: the error of Node's
 * loader says nothing of a limit. Only the hard limit counts, since Node raises the soft one. Imports nothing, because
 * `apps/local/start.mjs` uses it too.
 */
export function requireOpenFiles(title: string): void {
  const limit = hardLimitOfOpenFiles();
  if (limit >= LEAST_OPEN_FILES) return;
  console.error(`${title}: ${tooFewOpenFiles(limit)}`);
  process.exit(EXIT_CONFIGURATION);
}

export function tooFewOpenFiles(limit: number): string {
  return (
    `This process may have ${limit} files open (its hard limit), and needs ${LEAST_OPEN_FILES} at least: ` +
    `raise it with "ulimit -n ${LEAST_OPEN_FILES}" as root, LimitNOFILE= in systemd, or --ulimit nofile= in Docker.`
  );
}

/** Returns the hard limit; Infinity on systems without one, such as Windows. */
function hardLimitOfOpenFiles(): number {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as unknown as {
    userLimits?: { open_files?: { hard?: number | string } };
  };
  const hard = Number(userLimits?.open_files?.hard);
  return Number.isNaN(hard) ? Infinity : hard;
}
