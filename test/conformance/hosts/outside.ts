import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inverse } from '../../../engine/plan/inverse';
import type { Change, ForwardSpec } from '../../../engine/ports/changes';
import { freePort } from '../../../hosts/free-port';
import { go } from './fixtures';
import { type Bed, type HostKind, blockName } from './kind';

const NIC = 'out0';

/** The uplink (rule S12): started, observed, given forwards and stopped exactly as the port says. */
export function outsideTests(kind: HostKind): void {
  const missing = kind.missing ?? kind.noUplink;
  describe.skipIf(missing !== null)(blockName('the way out', missing), () => {
    let bed: Bed;
    beforeAll(async () => {
      bed = await kind.open();
      await bed.host.connect(go);
    });
    afterAll(() => bed.dispose());

    const apply = async (...changes: Change[]) =>
      (await bed.host.apply([{ networkId: null, bridge: NIC, changes }], go))[0]!;
    const seen = async () => (await bed.host.observe(go)).outside ?? null;
    const nic = async () => (await bed.host.observe(go)).nics.find(({ name }) => name === NIC);
    const forward = async (): Promise<ForwardSpec> => ({
      protocol: 'tcp',
      hostPort: await freePort('tcp', 0),
      guestAddress: '10.0.2.100',
      guestPort: 80,
    });

    it('does not exist before it is started; then its NIC exists and is up', async () => {
      expect([await seen(), await nic()]).toEqual([null, undefined]);
      expect(await apply({ kind: 'outside.start', nic: NIC })).toEqual({ ok: true });
      expect(await seen()).toEqual({ nic: NIC, forwards: [] });
      expect(await nic()).toMatchObject({ up: true, master: null, kind: 'tun' });
    });

    it('opens and closes forwards, and the inverse of each reverts it', async () => {
      const [one, two] = [await forward(), { ...(await forward()), guestPort: 81 }];
      const opened: Change = { kind: 'forward.add', forward: one };
      expect(await apply(opened, { kind: 'forward.add', forward: two })).toEqual({ ok: true });
      expect((await seen())?.forwards).toEqual([one, two]);
      expect(await apply(...inverse(opened))).toEqual({ ok: true });
      expect((await seen())?.forwards).toEqual([two]);
      expect(await apply(...inverse(opened))).toEqual({ ok: true });
      expect(await apply({ kind: 'forward.remove', forward: two })).toEqual({ ok: true });
      expect((await seen())?.forwards).toEqual([]);
    });

    it('stops at a port that is in use, and says how far it got', async () => {
      const one = await forward();
      const outcome = await apply(
        { kind: 'forward.add', forward: one },
        { kind: 'forward.add', forward: { ...one, guestPort: 81 } },
      );
      expect(outcome).toMatchObject({ ok: false, done: 1 });
      expect((await seen())?.forwards).toEqual([one]);
    });

    it('is created again when it is restarted', async () => {
      expect(await apply({ kind: 'outside.start', nic: NIC })).toEqual({ ok: true });
      expect(await seen()).toEqual({ nic: NIC, forwards: [] });
    });

    it('ends together with its NIC; stopping it again succeeds', async () => {
      expect(await apply({ kind: 'outside.stop', nic: NIC })).toEqual({ ok: true });
      expect([await seen(), await nic()]).toEqual([null, undefined]);
      expect(await apply({ kind: 'outside.stop', nic: NIC })).toEqual({ ok: true });
    });
  });
}
