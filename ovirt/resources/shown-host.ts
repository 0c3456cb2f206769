import type { HostNic } from '../../contract';
import type { OvirtClient } from '../client';
import type { Ask } from '../table';
import { existing } from '../world';
import { derivedId } from './shared';

export type Shown = Awaited<ReturnType<OvirtClient['hosts']['show']>>;

export const nicId = ({ hostId, name }: Pick<HostNic, 'hostId' | 'name'>): string => derivedId(hostId, name);

/** A host with its NICs and attachments, read once for a request; without what is no NIC for oVirt. @throws Fault 404 */
export async function shownHost({ world }: Ask, id: string): Promise<Shown> {
  await existing(world.hosts(), id, 'Host');
  return world.once(`host ${id}`, async () => {
    const shown = await world.client.hosts.show({ host: id });
    return { ...shown, nics: shown.nics.filter(({ kind }) => kind !== 'other') };
  });
}

/** The host of the path. */
export const hostIn = (ask: Ask): Promise<Shown> => shownHost(ask, ask.ids['hosts'] ?? '');
