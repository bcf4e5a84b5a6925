import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
const HEARTBEAT_MS = 2_000;
/**
 * A live holder touches the file. A pid alone proves nothing, since a later process may have it. An npm without its
 * starter ends by itself.
 */
const SILENT_HOLDER_MS = 15_000;
const ORPHANED_NPM_MS = 300_000;

/** Lets one start at a time install and build in this clone; the others wait. `work` reports the pid of each npm. */
export async function withCloneLock(root, work) {
  const path = join(root, '.outdial', 'prepare.lock');
  await lock(path);
  const heartbeat = setInterval(() => utimesSync(path, new Date(), new Date()), HEARTBEAT_MS);
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  await work((npmPid) => writeFileSync(path, `${process.pid} ${npmPid}`));
  clearInterval(heartbeat);
  process.off('exit', release);
  release();
}

async function lock(path) {
  for (let isAnnounced = false; !tryLink(path); isAnnounced = true) {
    const holder = readHolder(path);
    if (holder !== null && !isOwned(holder)) clearAbandoned(path);
    else if (!isAnnounced) console.log('Another start installs or builds in this clone: waiting for it …');
    await delay(POLL_MS);
  }
}

/** Links the draft into place. The link appears with its content, and only if there is no lock yet. */
function tryLink(path) {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, String(process.pid));
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST' && error.syscall === 'link') return false;
    console.error(
      `This clone cannot be prepared, since ${dirname(path)} cannot be written (${error.code}): run npm start as ` +
        'its owner.',
    );
    process.exit(1);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a lock aside and reads it again. A lock that another start has made meanwhile is put back. */
function clearAbandoned(path) {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
    const holder = readHolder(aside);
    if (holder !== null && isOwned(holder)) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(path) {
  try {
    const [pid, npmPid] = readFileSync(path, 'utf8').split(' ').map(Number);
    return { pid, npmPid, silentMs: Date.now() - statSync(path).mtimeMs };
  } catch {
    return null;
  }
}

function isOwned({ pid, npmPid, silentMs }) {
  const isHolderAlive = pid !== process.pid && isRunning(pid) && silentMs < SILENT_HOLDER_MS;
  return isHolderAlive || (npmPid > 0 && isRunning(npmPid) && silentMs < ORPHANED_NPM_MS);
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
