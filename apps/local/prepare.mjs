import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runNpm } from './npm.mjs';
import { withCloneLock } from './clone-lock.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Command line of each command, with its fixed arguments. */
const COMMANDS = {
  start: ['dist/apps/local/src/main.js'],
  demo: ['dist/apps/local/src/demo.js'],
  migrate: ['dist/apps/local/src/migrate.js'],
  ops: ['dist/apps/local/src/ops.js'],
  smoke: ['dist/apps/local/src/smoke.js'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  requests: ['node_modules/vitest/vitest.mjs', 'run', 'test/api/requests'],
  chaos: ['dist/test/chaos/main.js'],
  bench: ['dist/test/bench/main.js'],
};

/** Installs and builds what is missing or out of date, then becomes the command. */
export async function runCommand(argv) {
  process.chdir(ROOT);
  const [name, rest] = readCommand(argv);
  await prepare();
  const [path, ...given] = COMMANDS[name];
  const entry = join(ROOT, path);
  // The test's own workers read it.
  // oxlint-disable-next-line node/no-process-env
  if (name === 'requests') process.env.REQUESTS ??= '20000';
  process.argv = [process.argv[0], entry, ...given, ...rest];
  await import(pathToFileURL(entry).href);
}

function readCommand([name = 'start', ...rest]) {
  if (Object.hasOwn(COMMANDS, name)) return [name, rest];
  console.error(
    `"${name}" is not a command: use ${Object.keys(COMMANDS).join(', ')}. Settings come from the environment and ` +
      'from .env.',
  );
  process.exit(1);
}

/** Prepares the clone. All checks are repeated under the lock, since another start may have done the work meanwhile. */
async function prepare() {
  if (isInstalled() && isBuilt()) return;
  await withCloneLock(ROOT, async (onStarted) => {
    if (!isInstalled()) await install(onStarted);
    if (!isBuilt()) await build(onStarted);
  });
}

/** Installs the packages. `--include=dev`, because the build needs them whatever NODE_ENV says. */
async function install(onStarted) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  await runNpm(args, { announcement: 'Installing packages (about 30 s) …', onStarted });
  writeStamp(installStamp(), lockHash());
}

async function build(onStarted) {
  const hash = sourceHash();
  await runNpm(['run', 'build'], { announcement: 'Building (about 20 s) …', onStarted });
  writeStamp(buildStamp(), hash);
}

const installStamp = () => join(ROOT, 'node_modules', '.outdial-lock');
const buildStamp = () => join(ROOT, 'dist', '.outdial-build');

function writeStamp(path, hash) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
}

function isInstalled() {
  return readText(installStamp()) === lockHash() || isInstalledByHand();
}

function isBuilt() {
  return readText(buildStamp()) === sourceHash();
}

function lockHash() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\0`);
  return hash.update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex');
}

/** Tells if npm's own record names all packages, as after a manual `npm ci` or `npm install`. */
function isInstalledByHand() {
  const record = readText(join(ROOT, 'node_modules', '.package-lock.json'));
  if (record === null) return false;
  const there = JSON.parse(record).packages;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || !isWantedHere(entry) || (there[path]?.version === entry.version && existsSync(join(ROOT, path))),
  );
}

/** Tells if an optional package is for this machine. node_modules may have been copied from another one. */
function isWantedHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return os?.includes(process.platform) && cpu?.includes(process.arch) && libc === undefined;
}

const SOURCES = [
  'apps',
  'libs',
  'database',
  'test/bench',
  'test/support',
  'test/chaos',
  'test/telephony/twilio',
  'test/telephony/provider-lab.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
];

function sourceHash() {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((name) => filesBelow(join(ROOT, name))).toSorted((a, b) => (a < b ? -1 : 1))) {
    hash
      .update(`${relative(ROOT, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (/\.(json|ts|sql)$/.test(path)) return /\.(spec|test)\.ts$/.test(path) ? [] : [path];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || /\.(json|ts)$/.test(entry.name))
    .flatMap((entry) => filesBelow(join(path, entry.name)));
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
