import type { Image, Vm } from '../../contract';
import type { BootDraft } from '../../contract/procedures/vms';
import type { z } from 'zod';
import { type Ask, collection } from '../table';
import type { Doc, DocRef } from '../wire/doc';
import { Fault, OPERATION_FAILED, notFound, unsupported } from '../wire/fault';
import { BLANK, TINY, given, nameIn, neededRef } from './shared';

/** Matches whatever is searched for. */
const ANY = '*';

/** What a VM can be made of: Blank, the tiny guest, and each image. */
interface Template {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly createdAt: string;
  readonly image: Image | null;
}

const BEGAN = '2008-04-01T00:00:00.000Z';
const FIXED: readonly Template[] = [
  { id: BLANK, name: 'Blank', about: 'No boot source: its own disks and CDs', createdAt: BEGAN, image: null },
  {
    id: TINY,
    name: 'atoll-tiny-guest',
    about: 'A Linux of a few MiB with a serial console',
    createdAt: BEGAN,
    image: null,
  },
];

/** The template of a VM; what was made otherwise counts as made of Blank. */
export function templateOf({ boot }: Pick<Vm, 'boot'>): string {
  if (boot.kind === 'tiny') return TINY;
  return boot.kind === 'image' ? (boot.imageId ?? BLANK) : BLANK;
}

const allTemplates = async ({ world }: Ask): Promise<Template[]> => [
  ...FIXED,
  ...(await world.images()).all.map((image) => ({
    id: image.id,
    name: image.name,
    about: '',
    createdAt: image.createdAt,
    image,
  })),
];

/** The boot source that a template stands for, with the first-boot data of a request. */
export async function bootOf(
  ask: Ask,
  { id, name }: DocRef,
  initialization: Doc | null,
): Promise<z.input<typeof BootDraft>> {
  const found = (await allTemplates(ask)).find((each) =>
    id === null ? each.name === name : each.id === id.toLowerCase(),
  );
  if (found === undefined) throw new Fault(400, OPERATION_FAILED, `[The template ${name ?? id ?? ''} doesn't exist.]`);
  if (found.id === TINY) return { kind: 'tiny' };
  if (found.image === null) return { kind: 'devices' };
  return { kind: 'image', image: found.id, seed: seedOf(initialization) };
}

/** Cloud-init, as far as oVirt's elements have it. */
function seedOf(initialization: Doc | null): Extract<z.input<typeof BootDraft>, { kind: 'image' }>['seed'] {
  if (initialization === null) return null;
  const text = (name: string): string | undefined => initialization.str(name)?.trim() || undefined;
  const keys = text('authorized_ssh_keys')
    ?.split(/\r?\n/)
    .filter((key) => key.trim() !== '');
  const seed = given({
    user: text('user_name'),
    password: initialization.str('root_password') || undefined,
    hostname: text('host_name'),
    sshKeys: keys,
    userData: initialization.str('custom_script') || undefined,
    dns: text('dns_servers')?.split(/\s+/),
    searchDomains: text('dns_search')?.split(/\s+/),
  });
  return Object.keys(seed).length === 0 ? null : seed;
}

export const TEMPLATES = collection<Template>({
  path: 'templates',
  tag: 'template',
  tags: 'templates',
  calls: ['images.list'],
  items: allTemplates,
  id: ({ id }) => id,
  show: (_ask, { name, about, createdAt }) => ({
    name,
    description: about,
    comment: '',
    status: 'ok',
    type: 'server',
    creation_time: createdAt,
    memory: 1024 ** 3,
    cpu: { architecture: 'x86_64', topology: { cores: 1, sockets: 1, threads: 1 } },
    bios: { boot_menu: { enabled: false }, type: 'q35_sea_bios' },
    io: { threads: 0 },
    sso: { methods: {} },
    display: { type: 'vnc', monitors: 1 },
    high_availability: { enabled: false, priority: 0 },
    memory_policy: { guaranteed: 1024 ** 3, max: 1024 ** 3 },
    os: { type: 'other', boot: { devices: { device: ['hd'] } } },
    origin: 'ovirt',
    delete_protected: false,
    stateless: false,
    usb: { enabled: false },
    version: { version_name: 'base version', version_number: 1 },
  }),
  // A template is of no cluster: each is for all.
  searched: async ({ world }) => {
    const vms = (await world.vms()).all;
    return ({ id, name, about }) => ({
      ...{ id, name, description: about, status: 'ok', cluster: ANY, datacenter: ANY },
      'vms.name': vms.filter((vm) => templateOf(vm) === id).map((vm) => vm.name),
    });
  },
  links: ['permissions', 'tags'],
  empty: {
    nics: ['nics', 'nic'],
    diskattachments: ['disk_attachments', 'disk_attachment'],
    cdroms: ['cdroms', 'cdrom'],
    graphicsconsoles: ['graphics_consoles', 'graphics_console'],
    watchdogs: ['watchdogs', 'watchdog'],
  },
  note: 'Blank, the tiny guest, and each image (`atoll image`)',
  add: {
    calls: ['images.addFromVm'],
    waits: 'work',
    reads: ['name', 'vm'],
    run: async ({ client }, body) => {
      const name = nameIn(body, 'Template');
      const { image, job } = await client.images.addFromVm({ name, vm: neededRef(body, 'vm', 'Template') });
      if (image !== null) return { id: image.id, job };
      // Its row comes with its file: it is found by its name once the job has ended.
      return { id: `name:${name}`, job };
    },
  },
  update: {
    calls: ['images.rename'],
    reads: ['name'],
    run: async ({ client }, { image, name: now }, body) => {
      const name = body.str('name')?.trim();
      if (image === null) throw unsupported('Changing this template');
      if (!name || name === now) return { job: null };
      return client.images.rename({ image: image.id, name });
    },
  },
  remove: {
    calls: ['images.remove'],
    waits: 'work',
    run: async ({ client }, { image, name }) => {
      if (image === null) throw new Fault(409, OPERATION_FAILED, `[The template ${name} can't be removed.]`);
      return client.images.remove({ image: image.id });
    },
  },
  one: async (ask, id) => {
    const all = await allTemplates(ask);
    const found = id.startsWith('name:')
      ? all.find(({ name }) => name === id.slice(5))
      : all.find((each) => each.id === id);
    if (found === undefined) throw notFound('Template');
    return found;
  },
  refused: { export: 'There is no export domain' },
});
