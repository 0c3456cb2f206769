import { linkOptions } from '@tanstack/react-router';
import type { Network } from '../../../contract';
import { client } from '../../api/client';
import { type Action, always, confirms, inBar, inMenu, inSearch, leads, runs } from './action';
import { text } from './text';

const page = (network: Network) => linkOptions({ to: '/networks/$id', params: { id: network.id } });
const isolation = (network: Network) =>
  linkOptions({ to: '/networks/$id', params: { id: network.id }, search: { tab: 'isolation' } });
const dialog = (name: string) => (network: Network) =>
  linkOptions({ to: '/networks/$id', params: { id: network.id }, search: { do: name } });

const whyNotCheck = ({ isIsolated }: Network): string | null => (isIsolated ? null : text.onlyIsolated);
const whyNotServe = ({ isIsolated }: Network): string | null => (isIsolated ? null : text.onlyIsolatedServe);
const whyNotStretch = ({ isIsolated }: Network): string | null => (isIsolated ? null : text.onlyIsolatedStretch);
const whyNotAttached = ({ clusters }: Network): string | null => (clusters.length === 0 ? text.onNoHost : null);

/** All actions for a network, most common first. */
export const NETWORK_ACTIONS: readonly Action<Network>[] = [
  leads(['network', 'show'], text.network.show, page),
  {
    id: 'update',
    command: ['network', 'update'],
    label: text.network.update,
    icon: null,
    shortcut: 'e',
    danger: false,
    place: inBar,
    whyNot: always,
    effect: { kind: 'go', to: dialog('edit') },
    bulk: null,
  },
  {
    id: 'services',
    command: ['network', 'services'],
    label: text.network.services,
    icon: null,
    shortcut: null,
    danger: false,
    place: inMenu,
    whyNot: whyNotServe,
    effect: { kind: 'go', to: dialog('services') },
    bulk: null,
  },
  {
    id: 'stretch',
    command: ['network', 'stretch'],
    label: text.network.stretch,
    icon: null,
    shortcut: null,
    danger: false,
    place: inMenu,
    whyNot: whyNotStretch,
    effect: { kind: 'go', to: dialog('stretch') },
    bulk: null,
  },
  {
    id: 'unstretch',
    command: ['network', 'unstretch'],
    label: text.network.unstretch,
    icon: null,
    shortcut: null,
    danger: true,
    place: ({ stretch }) => (stretch === null ? 'search' : 'menu'),
    whyNot: ({ stretch }) => (stretch === null ? text.notStretched : null),
    ...confirms(
      text.unstretchMeans,
      (network, dryRun) => client.networks.unstretch({ network: network.id, dryRun }),
      false,
    ),
  },
  {
    id: 'tryDirect',
    command: ['network', 'try-direct'],
    label: text.network.tryDirect,
    icon: null,
    shortcut: null,
    danger: false,
    place: inSearch,
    whyNot: ({ stretch }) => (stretch === null ? text.notStretched : null),
    ...runs((network) => client.networks.tryDirect({ network: network.id })),
  },
  leads(['network', 'tunnels'], text.network.tunnels, page, whyNotStretch),
  leads(['network', 'leases'], text.network.leases, page, whyNotServe),
  {
    id: 'check',
    command: ['network', 'check'],
    label: text.network.check,
    icon: null,
    shortcut: null,
    danger: false,
    place: inMenu,
    whyNot: whyNotCheck,
    ...checks(),
  },
  {
    id: 'sync',
    command: ['network', 'sync'],
    label: text.network.sync,
    icon: null,
    shortcut: null,
    danger: false,
    place: inMenu,
    whyNot: whyNotAttached,
    ...runs((network) => client.networks.sync({ network: network.id })),
  },
  {
    id: 'attach',
    command: ['network', 'attach'],
    label: text.network.attach,
    icon: null,
    shortcut: null,
    danger: false,
    place: inSearch,
    whyNot: always,
    effect: { kind: 'go', to: page },
    bulk: {
      words: null,
      choose: 'cluster',
      call: (network, cluster) => client.networks.attach({ network: network.id, cluster }),
    },
  },
  {
    id: 'detach',
    command: ['network', 'detach'],
    label: text.network.detach,
    icon: null,
    shortcut: null,
    danger: true,
    place: inSearch,
    whyNot: whyNotAttached,
    effect: { kind: 'go', to: page },
    bulk: {
      words: text.detachMeans,
      choose: 'cluster',
      call: (network, cluster) => client.networks.detach({ network: network.id, cluster }),
    },
  },
  { ...leads(['network', 'certificate'], text.network.certificate, isolation, whyNotCheck), place: inMenu },
  leads(['network', 'place-together'], text.network.placeTogether, dialog('together')),
  {
    id: 'remove',
    command: ['network', 'remove'],
    label: text.network.remove,
    icon: null,
    shortcut: null,
    danger: true,
    place: inBar,
    whyNot: always,
    ...confirms(
      text.removeNetworkMeans,
      (network, dryRun) => client.networks.remove({ network: network.id, dryRun }),
      true,
    ),
  },
];

/** A check returns its verdict and has no job. */
function checks(): Pick<Action<Network>, 'effect' | 'bulk'> {
  const call = async (network: Network) => {
    await client.networks.check({ network: network.id });
    return { job: null, preview: null };
  };
  return { effect: { kind: 'run', call, result: isolation }, bulk: { words: null, choose: null, call } };
}
