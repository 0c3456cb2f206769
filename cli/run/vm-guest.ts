import type { Run } from '../spec';
import { localTime } from '../text/units';
import { addressColumns } from './address-columns';

/** `vm guest`: what the guest says of itself. */
export const vmGuest: Run = async ({ input, out, engine }) => {
  const { client } = await engine();
  const vm = input.arg('VM');
  const [guest, { vnics }] = await Promise.all([client.vms.guest({ vm }), client.vms.show({ vm })]);
  out.answer(guest, ({ agent, hostname, os, addresses, at }) => {
    out.fields([
      ['guest agent', agent ? 'answers' : 'does not answer (it is not installed, or not running)'],
      ['host name', hostname],
      ['system', os],
      ['read', localTime(at)],
    ]);
    if (addresses.length === 0) return;
    out.line('');
    out.table(addresses, addressColumns(vnics), '');
  });
};
