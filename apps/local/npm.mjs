import { spawn } from 'node:child_process';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Runs npm behind one line of text. If npm fails, shows its output and ends this process. */
export async function runNpm(args, { announcement, onStarted }) {
  console.log(announcement);
  const npm = spawn('npm', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  if (npm.pid) onStarted(npm.pid);
  const release = passSignals(npm);
  const said = [];
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const failure = await new Promise((resolve) => {
    npm.once('error', (error) => resolve(`npm could not be run: ${error.message}`));
    npm.once('close', (code) => resolve(code === 0 ? null : `npm ${args.join(' ')} failed with exit code ${code}.`));
  });
  const stoppedBy = release();
  if (stoppedBy) process.exit(128 + SIGNALS[stoppedBy]);
  if (failure === null) return;
  process.stderr.write(Buffer.concat(said));
  console.error(failure);
  process.exit(1);
}

/** Passes signals to npm's process group, so that neither npm nor its children outlive this process. */
function passSignals(npm) {
  let stoppedBy = null;
  const handlers = Object.keys(SIGNALS).map((signal) => {
    const handler = () => {
      stoppedBy = signal;
      endGroup(npm.pid);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const remove of handlers) remove();
    return stoppedBy;
  };
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
