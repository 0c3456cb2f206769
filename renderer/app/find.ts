import { linkOptions, type LinkOptions } from '@tanstack/react-router';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Finding {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  readonly to: LinkOptions;
}

const MOST = 12;

const DEEDS: readonly Finding[] = [
  {
    key: 'new-network',
    label: 'New isolated network',
    kind: 'do',
    to: linkOptions({ to: '/networks', search: { new: true } }),
  },
  { key: 'new-vm', label: 'New virtual machine', kind: 'do', to: linkOptions({ to: '/vms', search: { new: true } }) },
  { key: 'new-host', label: 'Add a host', kind: 'do', to: linkOptions({ to: '/hosts', search: { new: true } }) },
  { key: 'doctor', label: 'Ask the doctor', kind: 'do', to: linkOptions({ to: '/doctor' }) },
];

/** What the words could mean: actions and things whose name has them, names that begin with them first. */
export function find(
  words: string,
  all: { hosts: readonly Named[]; networks: readonly Named[]; vms: readonly Named[] },
): Finding[] {
  const text = words.trim().toLowerCase();
  if (text === '') return [...DEEDS];
  const things = [
    ...pick(all.networks, text).map((n): Finding => ({
      key: n.id,
      label: n.name,
      kind: 'network',
      to: linkOptions({ to: '/networks/$id', params: { id: n.id } }),
    })),
    ...pick(all.vms, text).map((v): Finding => ({
      key: v.id,
      label: v.name,
      kind: 'virtual machine',
      to: linkOptions({ to: '/vms/$id', params: { id: v.id } }),
    })),
    ...pick(all.hosts, text).map((h): Finding => ({
      key: h.id,
      label: h.name,
      kind: 'host',
      to: linkOptions({ to: '/hosts/$id', params: { id: h.id } }),
    })),
    ...DEEDS.filter((deed) => deed.label.toLowerCase().includes(text)),
  ];
  const begins = (finding: Finding): number => (finding.label.toLowerCase().startsWith(text) ? 0 : 1);
  return things.sort((a, b) => begins(a) - begins(b)).slice(0, MOST);
}

const pick = (list: readonly Named[], text: string): readonly Named[] =>
  list.filter((item) => item.name.toLowerCase().includes(text)).slice(0, MOST * 4);
