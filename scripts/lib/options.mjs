/** What `npm start -- ...` takes. */
export const USAGE = `npm start [-- OPTIONS]
  --port N      the port on 127.0.0.1 (else any free one); in the browser
  --no-open     print the link, open nothing
  --simulated   never use a lab, and ask for no system packages
  --terminal    the demo in this terminal, no app
  --yes         install system packages without asking`;

const FLAGS = ['--no-open', '--simulated', '--terminal', '--yes', '--help'];

/**
 * Reads the options of `npm start`.
 * @returns {{ port: number | null, open: boolean, simulated: boolean, terminal: boolean, yes: boolean, help: boolean }}
 * @throws {Error} in words for the person who typed it
 */
export function readOptions(args) {
  const given = new Set();
  let port = null;
  for (let at = 0; at < args.length; at += 1) {
    const [name, inline] = args[at].split(/=(.*)/s);
    if (name === '--port') port = portOf(inline ?? args[(at += 1)]);
    else if (FLAGS.includes(args[at])) given.add(args[at]);
    else throw new Error(`unknown option ${JSON.stringify(args[at])}`);
  }
  if (given.has('--terminal') && (port !== null || given.has('--no-open')))
    throw new Error('--terminal opens no app: it goes with neither --port nor --no-open');
  const is = (flag) => given.has(flag);
  return {
    port,
    open: !is('--no-open'),
    simulated: is('--simulated'),
    terminal: is('--terminal'),
    yes: is('--yes'),
    help: is('--help'),
  };
}

function portOf(text) {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`--port: ${text === undefined ? 'nothing' : JSON.stringify(text)} is not a TCP port (1 to 65535)`);
}
