import { once } from 'node:events';
import { openForeground } from '../../app/foreground';
import { screensFolder } from '../../app/screens';
import { AppError } from '../../contract/app-error';
import { startServer } from '../../server/start';
import type { Run } from '../spec';

/** Opens the browser door and stays until Ctrl-C, SIGTERM, or `atoll stop`. The engine of the home is this process meanwhile. */
export const start: Run = async ({ input, out, home }) => {
  const port = portOf(input.number('port'));
  const screens = screensFolder();
  const { app, close } = await openForeground(home, 'browser');
  try {
    const door = await startServer({ app, port, screens, open: !input.flag('no-open') });
    out.answer({ port: door.port, link: door.link() }, ({ link }) => {
      out.line(`Atoll is open at ${link}`);
      out.line('The link lets one browser in, once. Ctrl-C ends it; labs and VMs go on.');
    });
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP'), app.stopAsked]);
    await door.close();
  } finally {
    await close();
  }
};

function portOf(asked: number | undefined): number {
  const port = asked ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('BAD_INPUT', `port: ${port} is not a TCP port.`, {
      field: 'port',
      hint: 'Give 1 to 65535, or leave it out for any free one.',
    });
  }
  return port;
}
