import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../support/ovirt/client';
import { ApiScene, PASSWORD } from '../../support/ovirt/door';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const GOOD = basic('admin@internal', PASSWORD);

describe('who is let in', () => {
  const scene = new ApiScene();
  let api: ApiClient;
  beforeAll(async () => {
    await scene.open();
    api = scene.client;
  });
  afterAll(() => scene.close());

  it('is challenged for a password before anything else', async () => {
    for (const path of ['', '/vms', '/no-such-thing', '/v4/hosts']) {
      const { status, headers } = await api.send(`/ovirt-engine/api${path}`, { auth: null });
      expect([path, status, headers['www-authenticate']]).toEqual([path, 401, expect.stringContaining('Basic realm=')]);
    }
  });

  it('is slowed down after five wrong passwords, until a right one', async () => {
    for (let n = 0; n < 8; n += 1) {
      const { status } = await api.send('/ovirt-engine/api', { auth: basic('admin@internal', `wrong-${n}`) });
      expect(status).toBe(401);
    }
    expect(scene.waits).toEqual([1_000, 2_000, 4_000]);
    // A wrong name gets the same answer as a wrong password.
    const [name, password] = await Promise.all([
      api.send('/ovirt-engine/api', { auth: basic('root@internal', PASSWORD) }),
      api.send('/ovirt-engine/api', { auth: basic('admin@internal', 'x') }),
    ]);
    expect([name.status, name.text]).toEqual([password.status, password.text]);
    expect((await api.send('/ovirt-engine/api', { auth: GOOD })).status).toBe(200);
    scene.waits.length = 0;
    await api.send('/ovirt-engine/api', { auth: basic('admin@internal', 'wrong') });
    expect(scene.waits).toEqual([]);
  });

  it('has a token that ends, by time and by its owner', async () => {
    const { error } = await api.signIn('wrong');
    expect(error).toContain('admin@internal');
    expect(await api.signIn(PASSWORD)).not.toHaveProperty('error');
    expect((await api.get('/hosts')).status).toBe(200);
    scene.now += 9 * 3_600_000;
    expect((await api.get('/hosts')).status).toBe(401);
    await api.signIn(PASSWORD);
    const form = new URLSearchParams({ scope: 'ovirt-app-api', token: api.token ?? '' }).toString();
    const out = await api.send('/ovirt-engine/services/sso-logout', { method: 'POST', body: form });
    expect([out.status, out.headers['content-type'], out.text]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
      '{}',
    ]);
    expect((await api.get('/hosts')).status).toBe(401);
    const noScope = await api.send('/ovirt-engine/sso/oauth/token', { method: 'POST', body: 'grant_type=password' });
    expect([noScope.status, noScope.text]).toEqual([400, expect.stringContaining('invalid_scope')]);
  });

  it('can keep a session by its cookie, and prove that no other page sends it', async () => {
    const { headers } = await api.send('/ovirt-engine/api', { auth: GOOD, headers: { Prefer: 'persistent-auth' } });
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/^JSESSIONID=[\w-]+; Path=\/ovirt-engine\/api; HttpOnly; SameSite=Strict; Secure$/);
    const [pair = ''] = cookie.split(';');
    const id = pair.slice(pair.indexOf('=') + 1);
    const sent = (more: Record<string, string>) =>
      api.send('/ovirt-engine/api', { auth: null, headers: { Cookie: pair, ...more } });
    expect((await sent({})).status).toBe(200);
    expect((await sent({ Prefer: 'persistent-auth, csrf-protection' })).status).toBe(401);
    expect((await sent({ Prefer: 'persistent-auth, csrf-protection', JSESSIONID: id })).status).toBe(200);
    expect((await sent({ Origin: 'https://evil.example' })).status).toBe(403);
    expect((await sent({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  });

  it('comes by a name of this computer', async () => {
    for (const host of ['evil.example', `evil.example:${scene.door.port}`, '127.0.0.1:1', 'localhost'])
      expect([host, (await api.send('/ovirt-engine/api', { auth: GOOD, headers: { Host: host } })).status]).toEqual([
        host,
        403,
      ]);
    expect(
      (await api.send('/ovirt-engine/api', { auth: GOOD, headers: { Host: `localhost:${scene.door.port}` } })).status,
    ).toBe(200);
  });
});

describe('what is sent', () => {
  const scene = new ApiScene();
  let api: ApiClient;
  beforeAll(async () => {
    await scene.open();
    api = scene.client;
    await api.signIn(PASSWORD);
  });
  afterAll(() => scene.close());

  /** Sends these bytes, and returns all that comes back until the door closes the connection. */
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: scene.door.port, ca: scene.ca }, () => socket.write(text));
      let heard = '';
      socket.on('data', (data) => (heard += data.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(heard));
    });
  const head = (line: string, more: string): string =>
    `${line} HTTP/1.1\r\nHost: 127.0.0.1:${scene.door.port}\r\nAuthorization: Bearer ${api.token}\r\n${more}\r\n`;

  it('is not waited for where a GET announces a body that never comes', async () => {
    const heard = await raw(head('GET /ovirt-engine/api', 'Content-Length: 17\r\n'));
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(heard).toContain('Connection: close');
    expect(heard).toContain('</api>');
  });

  it('has at most 10 MB, announced or not', async () => {
    expect(await raw(head('POST /ovirt-engine/api/networks', 'Content-Length: 10485761\r\n'))).toMatch(
      /^HTTP\/1\.1 413 /,
    );
    const body = `<network><name>${'x'.repeat(10 * 1024 * 1024)}</name></network>`;
    expect(
      await raw(
        head('POST /ovirt-engine/api/networks', 'Transfer-Encoding: chunked\r\n') +
          `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['a DOCTYPE', '<!DOCTYPE network><network><name>a</name></network>', 'DOCTYPE'],
    [
      'entities that multiply',
      '<!DOCTYPE n [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><network><name>&b;</name></network>',
      'DOCTYPE',
    ],
    [
      'an entity of a file',
      '<!DOCTYPE n [<!ENTITY a SYSTEM "file:///etc/passwd">]><network><name>&a;</name></network>',
      'DOCTYPE',
    ],
    ['10,000 levels', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`, 'well-formed'],
    ['100 levels', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'nested'],
    ['a million elements', `<a>${'<b/>'.repeat(1_000_000)}</a>`, 'too many parts'],
    ['half an element', '<network><name>a', 'well-formed'],
    ['another element', '<vm><name>a</name></vm>', 'must be &lt;network&gt;'],
  ])('is refused as XML with %s', async (_, body, words) => {
    const { status, text } = await api.post('/networks', body);
    expect([status, text]).toEqual([400, expect.stringContaining(words)]);
  });

  it('is refused in another encoding than UTF-8, and not kept with letters lost', async () => {
    const letters = '<network><name>caf\u00e9</name><data_center><name>Default</name></data_center></network>';
    const sent = (type: string, body: Buffer, more: Record<string, string> = {}) =>
      api.send('/ovirt-engine/api/networks', { method: 'POST', body, headers: { 'Content-Type': type, ...more } });
    for (const [type, bytes, more] of [
      ['application/xml', Buffer.from(letters, 'latin1')],
      ['application/xml; charset=ISO-8859-1', Buffer.from(letters, 'latin1')],
      ['application/xml;charset="utf-16"', Buffer.from(letters, 'utf16le')],
      ['application/xml', Buffer.from(letters), { 'Content-Encoding': 'gzip' }],
    ] as const)
      expect((await sent(type, bytes, more)).status).toBe(400);
    expect((await api.get('/networks')).text).not.toContain('caf');
    expect((await sent('application/xml; charset=UTF-8', Buffer.from(letters))).status).toBe(201);
  });

  it('is refused as JSON that is deep, or none', async () => {
    for (const body of [`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, '[1]', '{', `{"a":${'['.repeat(10_000)}`]) {
      const { status } = await api.send('/ovirt-engine/api/networks', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
      });
      expect(status).toBe(400);
    }
  });

  it('has a path of plain parts', async () => {
    for (const path of [
      '/../etc/passwd',
      '/vms/%2e%2e/hosts',
      '/vms/..',
      '/vms/%00',
      '/vms/a%2Fb',
      '/vms//nics',
      '/vms/%zz',
      '/vms/a%0Ab',
    ])
      expect([
        path,
        /^HTTP\/1\.1 40[04] /.test(await raw(head(`GET /ovirt-engine/api${path}`, 'Connection: close\r\n'))),
      ]).toEqual([path, true]);
    // Names are for searches: an address has ids.
    await scene.engine.client.vms.add({ name: 'web' });
    expect((await api.get('/vms/web')).status).toBe(404);
    expect((await api.get('/vms/constructor')).status).toBe(404);
    expect((await api.post('/vms/__proto__/start')).status).toBe(404);
  });

  it('has a method that the address knows, in a version that there is', async () => {
    const { status, headers } = await api.delete('/vms');
    expect([status, headers['allow']]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    expect((await api.send('/ovirt-engine/api/v3/vms')).status).toBe(400);
    expect((await api.send('/ovirt-engine/api/vms', { headers: { Version: '3' } })).status).toBe(400);
    expect((await api.get('/v4/vms')).xml.at('vm').href).toMatch(/^\/ovirt-engine\/api\/v4\/vms\//);
  });

  it('is answered to 200 clients at once, none of them wrongly', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => api.get('/clusters')));
    expect(answers.filter(({ status, text }) => status !== 200 || !text.includes('Default'))).toEqual([]);
  });
});
