/** Files that Linux lets a login open by default; loading a process opens some 450, and each connection is one more. */
export const LEAST_OPEN_FILES = 1_024;

/** sysexits.h: something about the configuration; whoever supervises need not try again. */
export const EXIT_CONFIGURATION = 78;

/**
 * Ends a process that may not open the files that it needs, with one sentence. To be called before anything large is
 * imported: Node's loader ends with another one, which says nothing of a limit. Node itself raises the soft limit to
 * the hard one, so that the hard one alone counts. Imports nothing, since `apps/local/start.mjs` says the same.
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

/** Infinity where there is none, as on Windows. */
function hardLimitOfOpenFiles(): number {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as unknown as {
    userLimits?: { open_files?: { hard?: number | string } };
  };
  const hard = Number(userLimits?.open_files?.hard);
  return Number.isNaN(hard) ? Infinity : hard;
}
