// Runs before anything is installed or built, on any Node: plain JavaScript with built-in modules alone.
const OLDEST_NODE = [20, 19];

// The same limit as in libs/runtime/src/open-files.ts, which is built only later; a test compares the two.
const LEAST_OPEN_FILES = 1_024;
const EXIT_CONFIGURATION = 78;

requireNode();
requireOpenFiles();
const { runCommand } = await import('./prepare.mjs');
await runCommand(process.argv.slice(2));

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Outdial needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}: install one from ` +
      'https://nodejs.org.',
  );
  process.exit(1);
}

/**
 * Requires enough open files. Install, build and load open hundreds at once; with too few, each step fails in its own
 * way.
 */
function requireOpenFiles() {
  process.report.excludeNetwork = true;
  const limit = Number(process.report.getReport().userLimits?.open_files?.hard);
  if (Number.isNaN(limit) || limit >= LEAST_OPEN_FILES) return;
  console.error(
    `Outdial: This process may have ${limit} files open (its hard limit), and needs ${LEAST_OPEN_FILES} at least: ` +
      `raise it with "ulimit -n ${LEAST_OPEN_FILES}" as root, LimitNOFILE= in systemd, or --ulimit nofile= in Docker.`,
  );
  process.exit(EXIT_CONFIGURATION);
}
