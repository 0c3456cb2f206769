import { note } from '../../contract/remedy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestEngine } from '../../test/support/test-engine';
import { absentFiles, assertBootFilesExist } from './boot-files';

const LAB = { kind: 'lab' } as const;
const SSH = { kind: 'ssh' } as const;
const DISK = { kind: 'disk', path: '/none' } as const;

describe('the files that a VM boots from', () => {
  const absent = new Map([
    ['/empty', 'empty'],
    ['/none', 'absent'],
    ['/folder', 'other'],
  ] as const);

  it.each([
    [{ boot: DISK }, 'boot.path', /disk \/none does not exist/],
    [{ cdroms: [{ path: null }, { path: '/folder' }] }, 'cdroms.1.path', /CD image \/folder is not a file/],
    [{ boot: { kind: 'kernel', kernel: '/none', initrd: null, append: '' } }, 'boot.kernel', /kernel \/none/],
    [{ boot: { kind: 'kernel', kernel: '/k', initrd: '/none', append: '' } }, 'boot.initrd', /initrd \/none/],
    [{ cdroms: [{ path: null }, { path: '/empty' }] }, 'cdroms.1.path', /CD image \/empty is empty/],
  ] as const)('must be on this computer if its host is: %j', (vm, field, words) => {
    for (const hosts of [[LAB], [LAB, { kind: 'simulated' }, { kind: 'local' }], []] as const)
      expect(() => assertBootFilesExist(vm, absent, hosts)).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT', field, message: expect.stringMatching(words) as string }) as Error,
      );
  });

  it.each([
    ['the host is over SSH, or may be', DISK, [LAB, SSH]],
    ['the file is there', { kind: 'disk', path: '/there' }, [LAB]],
    ['there is none', { kind: 'tiny' }, [LAB]],
  ] as const)('are not checked here if %s', (_, boot, hosts) => {
    expect(() => assertBootFilesExist({ boot }, absent, hosts)).not.toThrow();
  });

  it('are each checked once', async () => {
    const asked: string[] = [];
    const noFile = (path: string) => Promise.resolve((asked.push(path), path === '/none' ? ('absent' as const) : null));
    const kernel = { kind: 'kernel', kernel: '/k', initrd: '/none', append: '' } as const;
    expect(
      await absentFiles({ hosts: { noFile } as never }, [{ boot: DISK }, { boot: DISK }, { boot: kernel }, {}]),
    ).toEqual(new Map([['/none', 'absent']]));
    expect(asked.sort()).toEqual(['/k', '/none']);
  });
});

describe('a VM whose disk does not exist', () => {
  let t: TestEngine;
  beforeEach(async () => {
    t = new TestEngine();
    await t.engine.start();
    await t.addHosts(1);
    t.fleet.absent.set('/none', 'absent');
  });
  afterEach(() => t.close());

  it.each([{ dryRun: true }, { start: true }, { host: 'sim1' }])(
    'is refused, and nothing is changed: %j',
    async (more) => {
      const before = t.store.events.after(0, 1_000).length;
      await expect(t.client.vms.add({ name: 'web', boot: DISK, ...more })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { field: 'boot.path', remedy: note('Enter the path of an existing file.') },
      });
      expect(await t.client.vms.list({})).toEqual([]);
      expect(t.store.events.after(0, 1_000)).toHaveLength(before);
    },
  );

  it('is refused with its line in a file, and nothing else in the file is created', async () => {
    const text = `atoll: 1
dataCenter: Default
networks: [{ name: blue }]
vms:
  - name: web
    boot: { kind: disk, path: /none }
`;
    await expect(t.client.labfile.apply({ text, allowFiles: true })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/^line 5: vms\[0\]: The disk \/none does not exist/) as string,
    });
    expect(await t.client.networks.list({})).toEqual([]);
    t.fleet.absent.clear();
    await t.done(t.client.labfile.apply({ text, allowFiles: true }));
    // An existing VM is adopted, whether its disk exists or not.
    t.fleet.absent.set('/none', 'absent');
    expect(await t.client.labfile.apply({ text })).toMatchObject({
      plan: [{ type: 'preview.labfile.nothing', params: {} }],
    });
  });
});
