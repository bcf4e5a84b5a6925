// Runs before anything is installed or built, on whatever Node there is: plain JavaScript, nothing but built-in modules.
const OLDEST_NODE = [20, 19];

requireNode();
const { runCommand } = await import('./prepare.mjs');
await runCommand(process.argv.slice(2));

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Outdial needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}: install one from https://nodejs.org.`,
  );
  process.exit(1);
}
