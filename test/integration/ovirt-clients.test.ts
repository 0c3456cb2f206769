import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockName } from '../conformance/hosts/kind';
import { WIDTH, drawScreen } from '../../hosts/simulated/framebuffer';
import { ApiScene, PASSWORD } from '../support/ovirt/door';
import { XScreen } from '../support/ovirt/x-screen';

/** Debian's own Python: bindings are installed for that one. */
const PYTHON = '/usr/bin/python3';
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const NO_GOVIRT = has(PYTHON, '-c', "import gi; gi.require_version('GoVirt', '1.0')")
  ? null
  : 'needs gir1.2-govirt-1.0 and python3-gi';
const NO_VIEWER = has('remote-viewer', '--version') && has('Xvfb', '-help') ? null : 'needs virt-viewer and xvfb';
const NO_CURL = has('curl', '--version') ? null : 'needs curl';

/** Runs a client of others beside the API, which is in this process. */
async function run(
  command: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes) => (out += String(bytes)));
  child.stderr.on('data', (bytes) => (err += String(bytes)));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('clients of oVirt that know nothing of Atoll', () => {
  const scene = new ApiScene();
  let caFile = '';
  beforeAll(async () => {
    await scene.open();
    caFile = join(scene.folder, 'ca-for-clients.pem');
    writeFileSync(caFile, scene.ca);
    await scene.engine.addHosts(1);
    await scene.engine.client.vms.add({ name: 'web', boot: { kind: 'devices' }, comment: 'a web server' });
  });
  afterAll(() => scene.close());

  describe.skipIf(NO_GOVIRT !== null)(blockName('libgovirt', NO_GOVIRT), () => {
    it('lists, starts, opens the console of, and stops a VM', async () => {
      const script = fileURLToPath(new URL('../support/ovirt/govirt.py', import.meta.url));
      const { code, out, err } = await run(PYTHON, [script, String(scene.door.port), caFile, 'web'], PASSWORD);
      expect([code, err]).toEqual([0, '']);
      expect(JSON.parse(out)).toEqual({
        clusters: ['Default'],
        hosts: ['sim1'],
        data_centers: ['Default'],
        storage_domains: ['sim1 (local)'],
        vms: ['web'],
        before: 'down',
        started: expect.stringMatching(/^(powering_up|up)$/),
        ticket: expect.stringMatching(/^\w{8}$/),
        address: '127.0.0.1',
        port: expect.any(Number),
        after: 'down',
      });
      expect(await scene.engine.client.vms.show({ vm: 'web' })).toMatchObject({ state: 'down' });
      const started = (await scene.engine.client.jobs.list({})).filter(({ kind }) => kind === 'vms.start');
      expect(started).toMatchObject([{ by: { user: 'admin@internal', door: 'ovirt' } }]);
    });
  });

  describe.skipIf(NO_VIEWER !== null)(blockName('remote-viewer', NO_VIEWER), () => {
    let screen: XScreen;
    beforeAll(async () => void (screen = await XScreen.open()));
    afterAll(() => screen.close());

    it('opens the file of a console, and shows the screen of the VM', async () => {
      const { client } = scene;
      await client.signIn(PASSWORD);
      const { vm } = await scene.engine.client.vms.add({ name: 'seen', boot: { kind: 'devices' }, start: true });
      await expect.poll(async () => (await scene.engine.client.vms.show({ vm: vm.id })).state).toBe('up');
      const consoles = await client.ok(client.get(`/vms/${vm.id}/graphicsconsoles`));
      const { text } = await client.send(consoles.at('graphics_console').href, {
        headers: { Accept: 'application/x-virt-viewer' },
      });
      const file = join(scene.folder, 'console.vv');
      writeFileSync(file, text);
      const viewer = spawn('remote-viewer', [file], {
        env: {
          ...process.env,
          DISPLAY: screen.display,
          GSETTINGS_BACKEND: 'memory',
          NO_AT_BRIDGE: '1',
          HOME: scene.folder,
        },
        stdio: 'ignore',
      });
      try {
        await expect
          .poll(() => screen.shows(drawScreen('seen', ''), WIDTH), { timeout: 20_000, interval: 250 })
          .toBe(true);
        // Whoever has read the file has used it.
        expect(existsSync(file)).toBe(false);
      } finally {
        const ended = once(viewer, 'exit');
        viewer.kill();
        await ended;
      }
    }, 40_000);
  });

  describe.skipIf(NO_CURL !== null)(blockName('curl', NO_CURL), () => {
    const curl = (...args: string[]) => run('curl', ['--silent', '--show-error', '--cacert', caFile, ...args]);

    it('reads XML and JSON, and adds a network', async () => {
      const url = scene.door.url;
      const user = ['--user', `admin@internal:${PASSWORD}`];
      expect((await curl(...user, `${url}/vms?search=${encodeURIComponent('name=web')}`)).out).toContain(
        '<name>web</name>',
      );
      const network =
        '<network><name>blue</name><data_center><name>Default</name></data_center><is_isolated>true</is_isolated></network>';
      const added = await curl(
        ...user,
        '--header',
        'Content-Type: application/xml',
        '--data',
        network,
        `${url}/networks`,
      );
      expect(added.out).toContain('<is_isolated>true</is_isolated>');
      const json = await curl(...user, '--header', 'Accept: application/json', `${url}/networks`);
      expect(JSON.parse(json.out)).toMatchObject({ network: [{ name: 'blue', is_isolated: 'true' }] });
      expect((await curl(url)).out).toContain('Unauthorized');
    });

    it('trusts the certificate by the authority of the home alone', async () => {
      const { code, err } = await run('curl', ['--silent', '--show-error', scene.door.url]);
      expect([code, err]).toEqual([60, expect.stringContaining('certificate')]);
    });
  });
});
