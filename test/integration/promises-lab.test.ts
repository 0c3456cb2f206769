import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AtollClient, type EngineConnection, connectEngine } from '../../app/client';
import { homeAt } from '../../app/home';
import type { Event, PromiseFinding, PromisePage, Verification } from '../../contract';
import { textOf } from '../../english';
import { promisePageData } from '../../english/promise-page/read';
import { pathText } from '../../english/promise-path';
import { Lab } from '../../hosts/lab/life';
import { LabShell } from '../../hosts/shells/lab';
import { blockName } from '../conformance/hosts/kind';
import { AtollCli } from '../support/atoll-cli';
import { labHere } from '../support/lab-here';
import { netHere } from '../support/net-here';
import { builtProgram, type Program } from '../support/program';

const { vms } = await labHere();
const missing = vms ?? netHere('wg', 'perl');
const WAIT = { timeout: 60_000, interval: 50 };
const FILE = 'docs/labs/classroom.yaml';

const GRADES = 'students never reach grades';
const OUTSIDE = 'grades have no external access';
const DIRECT = 'desk reaches quiz directly on TCP 80';
const THROUGH = 'students reach quiz only through desk';
const ISOLATED = 'exam is isolated on every host (verified at most 1 h ago)';
const ISLAND = 'class is one island';

type Room = 'room-a' | 'room-b';
interface Fault {
  readonly what: string;
  readonly room: Room;
  /** Run in the lab, past Atoll. `tap VM NETWORK` prints a tap, `id VM` what libvirt calls it. */
  readonly script: string;
  /** The promises that it breaks, all of them: what is found, and on which path. */
  readonly breaks: Readonly<Record<string, readonly string[]>>;
}

const OPEN = 'grades can reach the outside: "vault" is not isolated on room-a: grades —vault on room-a→ room-a';

/** Two for each promise of the teacher's file, but for the one that only a measurement finds. */
const FAULTS: readonly Fault[] = [
  {
    what: 'the NIC of grades is plugged into the class',
    room: 'room-a',
    script: 'ip link set "$(tap grades vault)" master class',
    breaks: {
      [GRADES]: [
        'pc1 reaches grades directly: pc1 —class on room-a→ grades',
        'pc2 reaches grades directly: pc2 —class on room-b→ grades',
      ],
    },
  },
  {
    what: 'virsh gives pc1 a second NIC, in the vault',
    room: 'room-a',
    script: 'virsh -q attach-interface "$(id pc1)" bridge vault --model virtio --live',
    breaks: {
      [GRADES]: [
        'pc1 reaches grades directly: pc1 —vault on room-a→ grades',
        'pc2 can reach grades through pc1: pc2 —class on room-b→ pc1 —vault on room-a→ grades',
      ],
    },
  },
  {
    what: 'a cable to somewhere is plugged into the vault',
    room: 'room-a',
    script: 'ip link add cable0 type veth peer name cable1; ip link set cable0 master vault up',
    breaks: { [OUTSIDE]: [OPEN] },
  },
  {
    what: 'the host gets an address in the vault',
    room: 'room-a',
    script: 'ip address add 10.9.9.1/24 dev vault',
    breaks: { [OUTSIDE]: [OPEN] },
  },
  {
    what: 'quiz is unplugged',
    room: 'room-a',
    script: 'ip link set "$(tap quiz exam)" nomaster',
    breaks: { [DIRECT]: ['desk and quiz are not on one island'] },
  },
  {
    what: 'virsh gives quiz a second NIC, in the class',
    room: 'room-a',
    script: 'virsh -q attach-interface "$(id quiz)" bridge class --model virtio --live',
    breaks: {
      [THROUGH]: [
        'pc1 reaches quiz without desk: pc1 —class on room-a→ quiz',
        'pc2 reaches quiz without desk: pc2 —class on room-b→ quiz',
      ],
    },
  },
  {
    what: 'a cable joins the class and the exam',
    room: 'room-a',
    script:
      'ip link add cable2 type veth peer name cable3; ip link set cable2 master class up; ip link set cable3 master exam up',
    breaks: {
      [THROUGH]: [
        'pc1 reaches quiz without desk: pc1 —class on room-a→ room-a —exam on room-a→ quiz',
        'pc2 reaches quiz without desk: pc2 —class on room-a→ room-a —exam on room-a→ quiz',
      ],
      [ISOLATED]: ['"exam" is not isolated on room-a'],
    },
  },
  {
    what: 'the seal of the exam is removed',
    room: 'room-b',
    script: 'set -- $(nft list tables netdev); nft delete chain netdev "$3" in_exam',
    breaks: { [ISOLATED]: ['"exam" is not isolated on room-b'] },
  },
  {
    what: 'IPv6 is enabled on the exam',
    room: 'room-a',
    script: 'echo 0 >/proc/sys/net/ipv6/conf/exam/disable_ipv6',
    breaks: { [ISOLATED]: ['"exam" is not isolated on room-a'] },
  },
  {
    what: 'the tunnel between the rooms is down',
    room: 'room-a',
    script: 'set -- $(ip -br link show type vxlan); ip link set "${1%@*}" down',
    breaks: { [ISLAND]: ['"class" has 2 islands: pc1 and desk on room-a; pc2 on room-b'] },
  },
  {
    what: 'the bridge of the class is down',
    room: 'room-b',
    script: 'ip link set class down',
    breaks: { [ISLAND]: ['"class" has 2 islands: pc1 and desk on room-a; pc2 on room-b'] },
  },
];

const FUNCTIONS = `
id() { for uuid in $(virsh -q list --uuid); do [ "$(virsh -q domname "$uuid")" = "$1" ] && echo "$uuid"; done; }
tap() { virsh -q domiflist "$(id "$1")" | while read -r tap _ source _; do [ "$source" = "$2" ] && echo "$tap"; done; }
`;

/** What was found, with the path, as the auditor's page shows it. */
const shown = (findings: readonly PromiseFinding[]): string[] =>
  findings.map(({ message, path }) => [textOf(message), pathText(path)].filter((text) => text !== '').join(': '));

/** A teacher's lab on the built product: six promises, kept, broken from outside in each way, and measured. */
describe.skipIf(missing !== null)(blockName('the promises of a class', missing), () => {
  let program: Program;
  let atoll: AtollCli;
  let engine: EngineConnection;
  let client: AtollClient;
  const folder = mkdtempSync(join(tmpdir(), 'atoll-promises-'));
  const rooms = new Map<string, LabShell>();

  beforeAll(async () => {
    program = builtProgram();
    atoll = new AtollCli(program);
    await atoll.ok('apply', FILE);
    const found = await connectEngine(homeAt(atoll.home));
    if (!found) throw new Error('no engine runs');
    engine = found;
    client = found.client;
    for (const { hostId, host } of await client.labs.list())
      if (host !== null && hostId !== null) rooms.set(host, new LabShell(new Lab(atoll.home, hostId)));
  }, 240_000);
  afterAll(async () => {
    engine?.close();
    await atoll?.dispose();
    program?.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  const allKept = (): Promise<void> =>
    vi.waitFor(async () => {
      const states = (await client.promises.list({})).map(({ sentence, state }) => [sentence, state]);
      expect(states).toEqual([GRADES, OUTSIDE, DIRECT, THROUGH, ISOLATED, ISLAND].map((each) => [each, 'kept']));
    }, WAIT);
  const eventsAfter = (seq: number): Promise<Event[]> => client.events.list({ after: seq, limit: 1000 });
  const brokenIn = (events: readonly Event[]): string[] =>
    events.flatMap(({ message }) => (message.type === 'promise.broken' ? [String(message.params.promise)] : []));
  const lastSeq = async (): Promise<number> => (await client.events.list({ limit: 1 })).at(-1)?.seq ?? 0;

  it('are kept once the file is applied', allKept);

  it('refuse a file that would break them, with the path', async () => {
    const file = join(folder, 'bad.yaml');
    const vnics = '[{ name: nic1, network: class }, { name: nic2, network: vault }]';
    writeFileSync(file, `atoll: 1\ndataCenter: Default\nvms:\n  - name: spy\n    host: room-a\n    vnics: ${vnics}\n`);
    expect(await atoll.refusal('apply', file)).toMatchObject({
      ...{ code: 'RULE_BROKEN', rule: 'PROMISE' },
      message: expect.stringContaining(`"${GRADES}": pc1 -[class]- spy`),
    });
  });

  it.each(FAULTS)('are broken, these and no others: $what', async ({ room, script, breaks }) => {
    const seq = await lastSeq();
    await rooms.get(room)?.script(FUNCTIONS + script, []);
    await vi.waitFor(async () => {
      expect(brokenIn(await eventsAfter(seq)).sort()).toEqual(Object.keys(breaks).sort());
    }, WAIT);
    await allKept();
    expect(brokenIn(await eventsAfter(seq)).sort()).toEqual(Object.keys(breaks).sort());
    for (const [promise, findings] of Object.entries(breaks)) {
      const [latest] = (await client.promises.show({ promise })).breaches;
      expect(shown(latest?.findings ?? [])).toEqual(findings);
    }
  });

  it('are verified live: what is measured is what is predicted, and the report says so', async () => {
    const junit = join(folder, 'report.xml');
    // Guests boot in the meantime; until they answer, nothing is proven.
    const verified = await vi.waitFor(
      async () => {
        rmSync(junit, { force: true });
        const { exit, stdout, stderr } = await atoll.run(['verify', FILE, '--live', '--junit', junit, '--json']);
        if (exit !== 0) throw new Error(stderr || stdout);
        return JSON.parse(stdout) as Verification;
      },
      { timeout: 180_000, interval: 1000 },
    );
    expect(verified.promises.map(({ state }) => state)).toEqual(Array(6).fill('kept'));
    expect(verified.promises.every(({ measurements }) => measurements.length > 0)).toBe(true);
    expect(
      verified.promises.flatMap(({ measurements }) =>
        measurements.filter(
          ({ measured, predicted }) => measured === null || (predicted !== null && measured !== predicted),
        ),
      ),
    ).toEqual([]);
    expect(readFileSync(junit, 'utf8')).toContain('tests="6" failures="0" errors="0"');
  }, 240_000);

  it('are found broken where only a measurement can tell: a firewall of the host', async () => {
    const one = join(folder, 'one.yaml');
    writeFileSync(one, `atoll: 1\ndataCenter: Default\npromises:\n  - promise: ${DIRECT}\n`);
    const rules =
      'table bridge school {\nchain f {\ntype filter hook forward priority 0; policy accept;\ntcp dport 80 drop\n}\n}\n';
    await rooms.get('room-a')?.run(['nft', '-f', '-'], { stdin: rules });
    const { exit, stdout } = await atoll.run(['verify', one, '--live', '--json']);
    await rooms.get('room-a')?.run(['nft', 'delete', 'table', 'bridge', 'school']);
    expect(exit).toBe(1);
    // In JSON the command line has messages as text.
    const { promises } = JSON.parse(stdout) as {
      promises: Array<{ state: string; promise: { state: string }; findings: Array<{ message: string }> }>;
    };
    expect(promises).toMatchObject([{ state: 'broken', promise: { state: 'kept' } }]);
    expect(promises[0]?.findings.map(({ message }) => message)).toEqual([
      'measured: desk does not reach quiz (TCP 80: no answer); predicted: reaches',
    ]);
  }, 120_000);

  it('have a signed page for the auditor, with every breach and its path', async () => {
    const file = join(folder, 'page.html');
    await atoll.ok('verify', FILE, '--html', file);
    const text = readFileSync(file, 'utf8');
    const { content } = promisePageData(text) as PromisePage;
    const recorded = content.verification.promises.map(({ promise: { id, sentence } }) => {
      const breaches = content.breaches.filter(({ promiseId, state }) => promiseId === id && state === 'broken');
      return [sentence, breaches.map(({ findings }) => shown(findings)).reverse()];
    });
    const caused = content.verification.promises.map(({ promise: { sentence } }) => [
      sentence,
      FAULTS.flatMap(({ breaks }) => (breaks[sentence] ? [breaks[sentence]] : [])),
    ]);
    expect(recorded).toEqual(caused);
    for (const path of ['pc2 —class on room-b→ pc1 —vault on room-a→ grades', 'grades —vault on room-a→ room-a'])
      expect(text).toContain(path);
    expect(await atoll.ok('verify', '--page', file)).toContain('is valid');
    writeFileSync(file, text.replaceAll('pc1', 'pc9'));
    expect((await atoll.run(['verify', '--page', file])).exit).toBe(3);
  });
});
