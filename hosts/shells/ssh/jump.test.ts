import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfirmedKey, type HostSecrets, SshHow } from '../../../contract';
import { FakeSshd } from '../../../test/support/fake-sshd';
import { KnownHosts, hostKey } from './host-keys';
import { acceptHostKey, nextHostKey } from './next-host-key';
import { SshShell } from './ssh-shell';

let folder: string;
let known: KnownHosts;
let jump: FakeSshd;
let target: FakeSshd;
const keyOf = (name: string, type = 'ed25519'): string => {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-m', 'PEM', '-f', file]);
  return file;
};
let key: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-jump-'));
  known = new KnownHosts(join(folder, 'known_hosts'));
  key = keyOf('person');
  jump = await new FakeSshd(keyOf('jump')).listen();
  target = await new FakeSshd(keyOf('target')).listen();
});
afterEach(() => {
  jump.close();
  target.close();
  rmSync(folder, { recursive: true, force: true });
});

const PASSWORD = 'hunter2-of-the-target';
const confirmed = (at: FakeSshd): ConfirmedKey => ({ place: at.place, fingerprint: at.fingerprint });
const wayTo = (more: object): SshHow =>
  SshHow.parse({ kind: 'ssh', address: '127.0.0.1', port: target.port, user: 'root', ...more });

/** The result: the error's code and message. */
async function attempt(how: SshHow, secrets: HostSecrets = { password: PASSWORD, sudoPassword: `${PASSWORD}-sudo` }) {
  const base = { how, known, configFile: '/dev/null', remember: true };
  const shell = new SshShell({ ...base, secrets: () => Promise.resolve(secrets) });
  return shell.open(AbortSignal.timeout(20_000)).then(
    () => 'open',
    (error: Error) => error.message,
  );
}

describe('a jump host', () => {
  const through = (more: object = {}) =>
    wayTo({ jump: `someone@127.0.0.1:${jump.port}`, key, fingerprints: [confirmed(jump), confirmed(target)], ...more });

  it('never gets the password of the host behind it, whatever it asks', async () => {
    jump.lets = () => false;
    for (const auth of ['default', 'password', 'key'])
      expect(await attempt(through({ auth, sudo: true }))).toContain('rejected the login of someone');
    expect(new Set(jump.received)).toEqual(new Set(['publickey']));
    expect(target.received).toEqual([]);
  });

  it('never gets it when its host key is requested either', async () => {
    jump.lets = () => false;
    const asking = { how: through({ auth: 'password' }), known, configFile: '/dev/null', remember: false };
    const asked = nextHostKey({ ...asking, secrets: () => Promise.resolve({ password: PASSWORD }) });
    await expect(asked).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(JSON.stringify(jump.received)).not.toContain(PASSWORD);
  });

  it('cannot pose as the host behind it with its own confirmed key', async () => {
    jump.leadsTo = jump.port;
    jump.lets = () => true;
    expect(await attempt(through({ auth: 'password' }))).toContain(`not confirmed: ssh-ed25519 ${jump.fingerprint}`);
    expect(JSON.stringify(jump.received)).not.toContain(PASSWORD);
  });

  it('cannot pose as a host whose key is known, even if its key was confirmed for that host', async () => {
    const [, base64 = ''] = readFileSync(`${join(folder, 'target')}.pub`, 'utf8').split(' ');
    await known.learn({ host: '127.0.0.1', port: target.port }, hostKey(Buffer.from(base64, 'base64')));
    jump.leadsTo = jump.port;
    const posing = { place: target.place, fingerprint: jump.fingerprint };
    const words = await attempt(through({ auth: 'password', fingerprints: [confirmed(jump), posing] }));
    expect(words).toContain('HAS CHANGED');
    expect(JSON.stringify(jump.received)).not.toContain(PASSWORD);
    expect(known.fingerprints({ host: '127.0.0.1', port: target.port })).toEqual([target.fingerprint]);
  });

  it('gets a new key confirmed by its position, and that key counts for nothing else', async () => {
    const way = { how: through({ fingerprints: [] }), known, configFile: '/dev/null', remember: false };
    const asking = { ...way, secrets: () => Promise.resolve(null) };
    await expect(acceptHostKey(asking, target.fingerprint, jump.place)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await acceptHostKey(asking, jump.fingerprint, jump.place);
    expect(await nextHostKey(asking)).toMatchObject({ place: target.place, jump: false, changed: false });
    await expect(acceptHostKey(asking, target.fingerprint, '127.0.0.1:1')).rejects.toMatchObject({ field: 'place' });
  });
});

describe('the host itself', () => {
  const direct = (more: object = {}) => wayTo({ fingerprints: [confirmed(target)], ...more });

  it('is offered a password only if password sign-in was chosen', async () => {
    for (const auth of ['default', 'key']) await attempt(direct({ auth, key, sudo: true }));
    expect(JSON.stringify(target.received)).not.toContain(PASSWORD);
    await attempt(direct({ auth: 'password', sudo: true }));
    expect(target.received).toContain(`password ${PASSWORD}`);
    expect(JSON.stringify(target.received)).not.toContain('-sudo');
  });

  it.each([
    ['one question that is not echoed', [{ prompt: 'Password:', echo: false }], [PASSWORD]],
    ['an echoed one', [{ prompt: 'Password:', echo: true }], []],
    [
      'two at once',
      [
        { prompt: 'Password:', echo: false },
        { prompt: 'Code:', echo: false },
      ],
      [],
    ],
  ])('gets the right answer for %s', async (_name, questions, answers) => {
    target.questions = questions;
    await attempt(direct({ auth: 'password' }));
    expect(target.received.at(-1)).toBe(`answers ${JSON.stringify(answers)}`);
  });

  it('gets no password if its key is not confirmed', async () => {
    expect(await attempt(direct({ auth: 'password', fingerprints: [] }))).toContain('is not confirmed');
    expect(target.received).toEqual([]);
  });

  it('is asked for the type of key that is known, and refused with any other', async () => {
    const rsa = hostKey(
      Buffer.from(readFileSync(`${keyOf('other', 'rsa')}.pub`, 'utf8').split(' ')[1] ?? '', 'base64'),
    );
    await known.learn({ host: '127.0.0.1', port: target.port }, rsa);
    expect(await attempt(direct({ auth: 'password' }))).toContain('HAS CHANGED');
    expect(target.received).toEqual([]);
  });

  it('is refused if it signs with SHA-1 only', async () => {
    const old = await new FakeSshd(keyOf('old', 'rsa'), { serverHostKey: ['ssh-rsa'] }).listen();
    try {
      const how = wayTo({ port: old.port, auth: 'password', fingerprints: [confirmed(old)] });
      expect(await attempt(how)).toContain('no host key that can be trusted');
      expect(old.received).toEqual([]);
    } finally {
      old.close();
    }
  });
});
