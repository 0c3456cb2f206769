import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSshAddress } from '../../contract/model/ssh';
import { placeOf, placeOfLink } from '../../contract/shell';
import { TerminalFilter } from '../../cli/text/terminal-filter';
import type { VmSpec } from '../../engine/ports/host-driver';
import { type DiskFileQuestion, checkDiskFile } from '../../hosts/disk-file';
import { diskFormatIn, qcow2Header } from '../../hosts/disk-header';
import { freeRange, rangeOf } from '../../hosts/doctor/namespaces';
import { isSound } from '../../hosts/images';
import { readAnswer, readForwards } from '../../hosts/lab/outside/slirp-api';
import { ipStoppedAt, nftComplaints, runBatch } from '../../hosts/linux/batch';
import {
  isBeforeTcx,
  listenerPoints,
  readBpfNet,
  readHeldLinks,
  readOwners,
  readPacketSockets,
} from '../../hosts/linux/listeners';
import { look } from '../../hosts/linux/observe';
import { portOptionsOf } from '../../hosts/linux/port-options';
import { readLinks } from '../../hosts/linux/ip-json';
import { readTools } from '../../hosts/linux/tools';
import { fileDisks } from '../../hosts/linux/vms/boot-disks-xml';
import { domainXml } from '../../hosts/linux/vms/domain-xml';
import { packVm } from '../../hosts/linux/vms/pack';
import { allowedXml, partsOf } from '../../hosts/linux/vms/parts';
import { LinuxSnapshots } from '../../hosts/linux/vms/snapshots';
import { readVirshLine } from '../../hosts/linux/vms/watch-vms';
import { loadXml, withXml } from '../../hosts/linux/vms/xml';
import { PACK_LIMITS, whyNotName } from '../../hosts/packs';
import { isStaticProgram } from '../../hosts/tiny-guest/elf';
import { ownerOf } from '../../hosts/mark';
import { cookiesOf, refusalOf, targetOf } from '../../server/guard';
import { sessionIdIn } from '../../server/serve';
import { fuzz, fuzzAsync, jsons, liar, texts } from './fuzz';
import {
  BPF_NET,
  DOMAIN_WITH_PARTS,
  FILE_LIST,
  FILE_STATS,
  FORWARDS,
  HELD_LINKS,
  IMAGE_INFO,
  LINKS,
  NETDEV_TABLE,
  PACKET_SOCKETS,
  QCOW2_HEADER,
  SOCKET_OWNERS,
  STORE,
  TOOLS,
  VIRSH_EVENTS,
} from './samples';

const go = new AbortController().signal;
const PATH = '/var/lib/disk';
const SPEC: VmSpec = {
  id: '0193a1b2-0000-7000-8000-0000000000a1',
  name: 'web1',
  memoryMiB: 256,
  cpus: 1,
  boot: { kind: 'disk', path: PATH, format: 'qcow2' },
  vnics: [],
};

/** Bytes of a header with some set to other values, and cut off somewhere. */
const headers = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(QCOW2_HEADER.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
    fc.oneof({ weight: 4, arbitrary: fc.constant(QCOW2_HEADER.length) }, fc.nat(QCOW2_HEADER.length)),
  )
  .map(([changes, length]) => {
    const bytes = Buffer.from(QCOW2_HEADER);
    for (const [at, value] of changes) bytes[at] = value;
    return bytes.subarray(0, length);
  });

/** By the layout in QEMU's docs/interop/qcow2.rst, and not by the reader under test. */
const namesAnotherFile = (header: Buffer): boolean =>
  header.subarray(8, 20).some((byte) => byte !== 0) || (header[7] === 3 && ((header[79] ?? 0) & 4) !== 0);

describe('disks', () => {
  it('the header of a disk', () =>
    fuzz(
      fc.oneof(
        headers,
        fc.uint8Array({ maxLength: 512 }).map((bytes) => Buffer.from(bytes)),
      ),
      (header) => {
        const format = diskFormatIn(header);
        const qcow2 = qcow2Header(header);
        if ((format === 'qcow2') !== (qcow2 !== null))
          throw new Error(`${format}, and a header of qcow2: ${qcow2 !== null}`);
        const isPlain = qcow2 !== null && !qcow2.hasBackingFile && !qcow2.hasDataFile;
        if (isPlain && namesAnotherFile(header)) throw new Error('it names another file');
      },
    ));

  it('what a host says of a disk: none that names another file passes, whatever is known of its format', () => {
    const line = fc.oneof(
      headers.map((header) => `file ${header.length} ${header.toString('hex')}`),
      headers.map((header) => `file 1048576 ${header.toString('hex')}`),
      texts(`file 512 ${QCOW2_HEADER.toString('hex')}`, 'link 0 2f61', 'unreadable 0 ', 'other 0 ', 'absent 0 '),
    );
    const known = fc.constantFrom(undefined, 'qcow2' as const);
    return fuzzAsync(fc.tuple(line, known), async ([answer, format]) => {
      const question: DiskFileQuestion = { path: PATH, format };
      const facts = await checkDiskFile(liar([`${answer}\n`]), question);
      const [, , hex = ''] = answer.split(' ');
      const header = Buffer.from(hex.trim(), 'hex');
      if (header.length === 0) throw new Error('nothing was read of it');
      if (facts.format === 'qcow2' && namesAnotherFile(header)) throw new Error('it names another file');
    });
  });

  it('qemu-img info', () =>
    fuzz(jsons(IMAGE_INFO), (info) => {
      if (!isSound(info, 'qcow2')) return;
      const read = JSON.parse(info) as Record<string, unknown>;
      if (read['format'] !== 'qcow2' || 'backing-filename' in read || 'full-backing-filename' in read)
        throw new Error('it depends on another file');
    }));
});

describe('a VM that moves', () => {
  beforeAll(loadXml);

  it('the list of its files, by find and stat', () =>
    fuzzAsync(
      fc.tuple(texts(DOMAIN_WITH_PARTS), texts(FILE_LIST), texts(FILE_STATS), headers),
      async ([xml, list, stats, header]) => {
        const shell = liar([xml, list, stats, `file 1048576 ${header.toString('hex')}\n`]);
        const { files } = await packVm({ shell, diskDir: '/disks', broughtDir: '/files' }, SPEC, go);
        for (const { name, bytes } of files) {
          if (whyNotName(name) !== null || name.includes('/'))
            throw new Error(`takes the name ${JSON.stringify(name)}`);
          if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Error(`takes ${bytes} bytes`);
        }
        if (files.length > PACK_LIMITS.files) throw new Error('takes too many');
      },
    ));

  it('its definition: nothing is carried that is not on the list of what may be', () =>
    fuzz(texts(DOMAIN_WITH_PARTS), (xml) => {
      const context = { spec: SPEC, files: new Set([PATH]) };
      const parts = partsOf(xml, context);
      const carried = allowedXml(xml, context, { carry: [], leave: parts.map(({ id }) => id) });
      withXml(carried, ({ root }) => {
        const bad = root.get(
          '//*[local-name()="commandline" or local-name()="filesystem" or local-name()="hostdev" or local-name()="emulator" or local-name()="loader" or (local-name()="serial" and @type="file") or local-name()="channel"]',
        );
        if (bad !== null) throw new Error(`carries ${bad.toString()}`);
      });
      domainXml(carried, SPEC, {
        storeId: STORE,
        accelerated: false,
        folder: '/disks/vm',
        serialLog: '/log',
        boot: { kernel: null, disks: [{ role: 'disk', path: PATH, format: 'qcow2' }], bare: false },
      });
      fileDisks(xml);
    }));
});

describe('snapshots', () => {
  beforeAll(loadXml);

  it('the disks of a VM', () =>
    fuzzAsync(fc.tuple(texts(`${DOMAIN_WITH_PARTS}\f/disks/a/disk.qcow2\f`), headers), async ([disks, header]) => {
      const answers = [disks, `file 512 ${header.toString('hex')}\nfile 512 ${header.toString('hex')}\n`, ''];
      await new LinuxSnapshots(liar(answers), '/disks').take('s', SPEC.id, go);
    }));
});

describe('what a host answers', () => {
  it('one look', () =>
    fuzzAsync(
      fc.tuple(jsons(LINKS), jsons(NETDEV_TABLE), texts('red/disable_ipv6\n/proc/sys/kernel/osrelease\n')),
      async ([a, b, c]) => {
        // The word that cuts it is random, so what it cuts is the whole answer, or nothing.
        await look(liar([`${a}\n${b}\n${c}`]), STORE);
      },
    ));

  it('versions of tools', () => fuzzAsync(texts(TOOLS), async (text) => void (await readTools(liar([text]), go))));

  it('where a batch stopped', () =>
    fuzzAsync(texts('before 2\n', 'seal 1\n', 'after 255\n', 'quiet 1 red\n', ''), async (text) => {
      await runBatch(liar([text]), { before: '', nft: '', after: '', quiet: [] }, go);
    }));

  it('complaints of ip and nft', () =>
    fuzz(
      texts('Error: ...\nCommand failed -:3\n', '/dev/stdin:1:1-20: Error: No such file\nadd chain x\n   ^^^\n'),
      (text) => {
        const lines = [ipStoppedAt(text), ...nftComplaints(text)];
        if (lines.some((line) => line !== null && Number.isNaN(line))) throw new Error('a line that is no number');
      },
    ));

  it('events of libvirt', () =>
    fuzz(texts(...VIRSH_EVENTS), (line) => {
      const read = readVirshLine(line);
      if (typeof read === 'object' && read !== null && !('detail' in read && line.startsWith(String(read.detail))))
        throw new Error('it says what was not said');
      if (JSON.stringify(read).length > 2_000) throw new Error('it passes on as much as the host likes');
    }));

  it('who listens', () =>
    fuzz(fc.tuple(texts(PACKET_SOCKETS), texts(SOCKET_OWNERS), texts(HELD_LINKS), jsons(BPF_NET)), ([a, b, c, d]) => {
      readPacketSockets(a);
      readOwners(b);
      readHeldLinks(c);
      isBeforeTcx(c);
      const named = readBpfNet(d);
      if (named !== null && [...named.values()].some((how) => typeof how !== 'string')) throw new Error('no words');
    }));

  it('points about who listens: what was not read is not called clean', () =>
    fuzzAsync(fc.tuple(jsons(LINKS), texts(`${PACKET_SOCKETS}\n`)), async ([links, sockets]) => {
      const [points] = await listenerPoints(liar([links, sockets]), [{ networkId: STORE, bridge: 'red' } as never], go);
      if (points?.length !== 2) throw new Error('there are two points');
    }));

  it('options of ports', () =>
    fuzz(jsons(LINKS), (text) => {
      const links = readLinks(text);
      for (const link of links) for (const bridge of links) portOptionsOf(link, bridge);
    }));

  it('marks on interfaces', () =>
    fuzz(texts(`atoll:${STORE}:${STORE}`, `atoll:${STORE}:${STORE}:kept`), (alias) => void ownerOf(alias)));

  it('the forwards of slirp4netns', () =>
    fuzz(jsons(FORWARDS), (text) => {
      for (const { hostPort, protocol } of readForwards(readAnswer(text)) ?? [])
        if (!Number.isInteger(hostPort) || !['tcp', 'udp'].includes(protocol)) throw new Error('no forward');
    }));
});

describe('files and programs of this computer', () => {
  it('subordinate ids', () =>
    fuzz(texts('root:100000:65536\nann:165536:65536\n1000:231072:65536\n'), (text) => {
      rangeOf(text, 'ann', 1000);
      freeRange(text);
    }));

  it('a program for the tiny guest', () => {
    const elf = Buffer.alloc(256);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
    elf.writeBigUInt64LE(64n, 32);
    elf.writeUInt16LE(56, 54);
    elf.writeUInt16LE(2, 56);
    const bytes = fc
      .array(fc.tuple(fc.nat(255), fc.integer({ min: 0, max: 255 })), { maxLength: 12 })
      .map((changes) => changes.reduce((made, [at, value]) => made.fill(value, at, at + 1), Buffer.from(elf)));
    fuzz(
      fc.oneof(
        bytes,
        fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some)),
      ),
      (file) => void isStaticProgram(file),
    );
  });
});

describe('doors', () => {
  it('headers of a request: nothing but its own address and page passes', () =>
    fuzz(
      fc.record({
        host: texts('127.0.0.1:47100', 'localhost:47100', '[::1]:47100'),
        origin: texts('http://127.0.0.1:47100', 'null'),
        cookie: texts('atoll-47100=abc; atoll-47100=def; x=y'),
      }),
      (headers) => {
        cookiesOf(headers, 'atoll-47100');
        const isOwn =
          /^(127\.0\.0\.1|localhost|\[::1\]):47100$/.test(headers.host) && headers.origin === `http://${headers.host}`;
        if (refusalOf(headers, 47100, true) === null && !isOwn) throw new Error('it passes');
      },
    ));

  it('the target of a request', () =>
    fuzz(texts('/rpc/abc-DEF_1', '//evil/x', 'http://[', 'http://evil/', '/a?b#c', '*'), (url) => {
      const target = targetOf({ url }, '127.0.0.1:47100');
      const id = target === null ? null : sessionIdIn(target.pathname);
      if (id !== null && !/^[\w-]{1,64}$/.test(id)) throw new Error('no id');
    }));

  it('a link to a screen', () =>
    fuzz(
      texts('atoll://networks/0193a1b2-0000-7000-8000-0000000000a1?tab=isolation', 'atoll://app/vms', '/hosts?q=a'),
      (link) => {
        for (const place of [placeOf(link), placeOfLink(link)])
          if (place !== null && !/^\/(?!\/)/.test(place)) throw new Error(`leads to ${place}`);
      },
    ));

  it('an address of a host', () =>
    fuzz(texts('ann@[::1]:22', 'web1', 'root@10.0.0.1:2222'), (text) => void parseSshAddress(text)));

  it("a guest's console on a terminal, in pieces of any size", () =>
    fuzz(
      fc.tuple(
        texts(
          '\x1b[31mred\x1b[0m\x1b]0;title\x07\x1b]52;c;YQ==\x1b\\\x1bP+q\x1b\\\x1b[6n\x1b[?1049h\x1b[2J',
          'login: ',
        ),
        fc.integer({ min: 1, max: 20 }),
      ),
      ([text, size]) => {
        const filter = new TerminalFilter();
        const bytes = Buffer.from(text);
        let shown = '';
        for (let at = 0; at < bytes.length; at += size) shown += filter.pass(bytes.subarray(at, at + size));
        // No string (title, clipboard, device control), no question that a terminal answers by typing.
        if (/\x1b[\]P_^X]|[\x9b\x9d\x90]|\x1b\[[\d;?>=]*[cnt]/.test(shown))
          throw new Error(`it passes ${JSON.stringify(shown)}`);
      },
    ));
});

it('a list of samples is what the readers read', () => {
  expect(readForwards(FORWARDS)).toHaveLength(1);
  expect(isSound(JSON.stringify(IMAGE_INFO), 'qcow2')).toBe(true);
  expect(readBpfNet(JSON.stringify(BPF_NET))?.size).toBe(2);
  expect([
    readPacketSockets(PACKET_SOCKETS).length,
    readOwners(SOCKET_OWNERS).size,
    readHeldLinks(HELD_LINKS).size,
  ]).toEqual([1, 1, 1]);
  expect(VIRSH_EVENTS.map((line) => readVirshLine(line) !== null)).toEqual([true, true, true, false]);
  expect(qcow2Header(QCOW2_HEADER)).toMatchObject({ hasBackingFile: false, hasDataFile: false });
});
