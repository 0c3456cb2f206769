import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Runs one command of QEMU's machine protocol (docs/interop/qmp-spec) on a connection of its own.
 * @throws Error with QEMU's own words if it is refused
 */
export async function qmp(socketPath: string, execute: string, args: object): Promise<void> {
  const socket = connect(socketPath);
  const answers = createInterface({ input: socket });
  const results: string[] = [];
  try {
    await once(socket, 'connect');
    await once(answers, 'line'); // the greeting
    answers.on('line', (line) => {
      if (/^\{"(return|error)"/.test(line)) results.push(line);
    });
    for (const [at, command] of [{ execute: 'qmp_capabilities' }, { execute, arguments: args }].entries()) {
      socket.write(`${JSON.stringify(command)}\n`);
      while (results.length <= at) await once(answers, 'line');
    }
  } finally {
    socket.destroy();
  }
  const refused = results.find((line) => line.startsWith('{"error"'));
  if (refused !== undefined) throw new Error(`QEMU refused ${execute}: ${refused}`);
}
