import { closeSync, constants, openSync } from 'node:fs';
import { platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';

/** sockaddr_un.sun_path has 108 bytes on Linux with the final NUL, 104 on macOS (unix(7), unix(4)). */
const LONGEST = platform() === 'darwin' ? 103 : 107;

/** A path that connect(2) and bind(2) take, and what to call when the socket is done with. */
export interface UnixPath {
  readonly path: string;
  release(): void;
}

/** Names a unix socket within sun_path's size: a longer path goes by the open folder, /proc/self/fd/N/name. */
export function unixPath(path: string): UnixPath {
  if (Buffer.byteLength(path) <= LONGEST) return { path, release: () => undefined };
  if (platform() !== 'linux') {
    throw new AppError('BAD_INPUT', `The path ${path} is too long for a socket.`, {
      field: 'home',
      remedy: note('Choose a home with a shorter path.'),
    });
  }
  const fd = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: join('/proc/self/fd', String(fd), basename(path)), release: () => closeSync(fd) };
}
