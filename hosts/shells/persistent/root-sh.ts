import { randomBytes } from 'node:crypto';
import { AppError, note, run } from '../../../contract';
import type { Channel, OpenChannel } from './channel';

/** How a login shell becomes root. */
export type Elevation =
  | { readonly kind: 'none' }
  /** `password` is used only if sudo asks; null: there is none. */
  | { readonly kind: 'sudo'; password(): Promise<string | null> };

const START_TIMEOUT_MS = 20_000;
/**
 * sbin folders, which the PATH of an ordinary login lacks; English output, because some of it is parsed. If sh is bash it writes
 * larger here-documents to a file: in memory, so that a host whose disk is full or read-only still works.
 */
const PREAMBLE = `cd /; PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"; LC_ALL=C.UTF-8; export PATH LC_ALL; unset ENV; [ -w /run ] && TMPDIR=/run; [ -w /dev/shm ] && TMPDIR=/dev/shm\n`;

/**
 * Starts an sh that reads its commands from `stdin`, as root if `how` says so. It is ready when this resolves: earlier output of a
 * login shell, a banner or sudo's lecture is skipped, and sudo took no command for a password. sudo speaks English, whatever the
 * login's language, because its messages are parsed.
 * @throws AppError FORBIDDEN if sudo needs a password that is missing or wrong, or does not allow the user
 */
export async function startSh(open: OpenChannel, host: string, how: Elevation): Promise<Channel> {
  const ready = `r${randomBytes(8).toString('hex')}`;
  const prompt = `p${randomBytes(8).toString('hex')}`;
  const sh = `sh -c 'echo ${ready}; exec sh'`;
  const channel = await open(how.kind === 'sudo' ? `exec env LC_ALL=C sudo -S -p ${prompt} -- ${sh}` : `exec ${sh}`);
  try {
    await untilReady(channel, host, ready, how, prompt);
    channel.stdin.write(PREAMBLE);
    return channel;
  } catch (error) {
    channel.close();
    throw error;
  }
}

function untilReady(channel: Channel, host: string, ready: string, how: Elevation, prompt: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    let asked = 0;
    const timer = setTimeout(
      () =>
        done(
          new AppError('HOST_UNREACHABLE', `No shell on ${host} within ${START_TIMEOUT_MS / 1000} s`, {
            remedy: NEEDS_SHELL,
          }),
        ),
      START_TIMEOUT_MS,
    );
    const onOut = (bytes: Buffer): void => {
      out = (out + bytes.toString('latin1')).slice(-4096);
      if (out.includes(`${ready}\n`)) done();
    };
    const onErr = (bytes: Buffer): void => {
      err = (err + bytes.toString()).slice(-4096);
      const times = err.split(prompt).length - 1;
      if (how.kind !== 'sudo' || times <= asked) return;
      asked = times;
      answer(channel, host, how, asked).catch(done);
    };
    const done = (error?: unknown): void => {
      clearTimeout(timer);
      channel.stdout.off('data', onOut);
      channel.stderr.off('data', onErr);
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error(String(error)));
    };
    channel.stdout.on('data', onOut);
    channel.stderr.on('data', onErr);
    void channel.ended.then(() => done(noShell(host, how, err.replaceAll(prompt, ''), out)));
  });
}

async function answer(
  channel: Channel,
  host: string,
  how: Extract<Elevation, { kind: 'sudo' }>,
  times: number,
): Promise<void> {
  if (times > 1)
    throw new AppError('FORBIDDEN', `sudo on ${host} did not accept the password`, {
      remedy: run('hosts.unlock', {}, 'Enter the correct one.'),
    });
  const password = await how.password();
  if (password === null)
    throw new AppError('FORBIDDEN', `sudo on ${host} asks for a password`, {
      field: 'sudoPassword',
      remedy: run('hosts.unlock', {}, 'Enter it, or allow this user to use sudo without one (NOPASSWD).'),
    });
  channel.stdin.write(`${password}\n`);
}

function noShell(host: string, how: Elevation, err: string, out: string): AppError {
  const said = (err.trim() || out.trim()).split('\n').at(-1) ?? '';
  const words = said === '' ? '' : `: ${said.slice(0, 300)}`;
  if (how.kind === 'sudo' && /must have a tty/i.test(err))
    return new AppError('FORBIDDEN', `sudo on ${host} requires a terminal${words}`, {
      remedy: note('Put "Defaults:USER !requiretty" into sudoers on the host, or log in as root.'),
    });
  if (how.kind === 'sudo' && /not in the sudoers|not allowed to|may not run sudo|can't do that/i.test(err))
    return new AppError('FORBIDDEN', `The user may not use sudo on ${host}${words}`, {
      remedy: note('Add the user to sudoers on the host, or log in as root.'),
    });
  if (how.kind === 'sudo' && /sudo.*(not found|no such file)/i.test(`${err}${out}`))
    return new AppError('FORBIDDEN', `sudo is not installed on ${host}`, {
      remedy: note('Install it there, or log in as root.'),
    });
  return new AppError('HOST_UNREACHABLE', `No shell could be started on ${host}${words}`, {
    remedy: NEEDS_SHELL,
  });
}

const NEEDS_SHELL = note('The user needs a login shell there, and a .bashrc or profile that neither exits nor waits.');
