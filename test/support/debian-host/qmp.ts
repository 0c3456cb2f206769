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

/**
 * Listens on a connection of its own. Returns, once it listens, what resolves when QEMU has reported this event.
 * @throws Error after `ms` milliseconds without it
 */
export async function qmpEvent(socketPath: string, event: string, ms: number): Promise<() => Promise<void>> {
  const socket = connect(socketPath);
  const lines = createInterface({ input: socket });
  await once(lines, 'line'); // the greeting
  socket.write('{"execute":"qmp_capabilities"}\n');
  await once(lines, 'line');
  const reported = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if ((JSON.parse(line) as { event?: string }).event === event) resolve();
    });
  });
  return async () => {
    const late = AbortSignal.timeout(ms);
    try {
      await Promise.race([
        reported,
        once(late, 'abort').then(() => Promise.reject(new Error(`no ${event} in ${ms} ms`))),
      ]);
    } finally {
      socket.destroy();
    }
  };
}
