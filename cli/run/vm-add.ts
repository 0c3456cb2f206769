import { resolve } from 'node:path';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { PRESETS, presetHardware } from '../../contract/state/presets';
import { changing } from '../change';
import type { Input } from '../input';
import { guestPassword } from '../secrets';
import { sizeOf } from '../size';
import type { Run } from '../spec';
import { parseNewDisk } from './disk-options';
import { bootsFromDevices, hardwareDraft, presetOf } from './hardware';
import { SEED_OPTIONS, seedDraft } from './seed-options';
import { given, oneOf } from './shared';
import { sayApart } from './split-warning';
import { refreshVm, vmSaid } from './vms';

/** `blue` or `blue,mac=56:6f:00:00:00:10`. A name can contain commas, so only this exact suffix is split off. */
export function parseVnic(text: string): { network: string; mac?: string } {
  const [, network, mac] = /^(.+),mac=([^,]*)$/s.exec(text) ?? [];
  return network !== undefined && mac !== undefined ? { network, mac } : { network: text };
}

function onlyWith(kind: string, wanted: string, input: Input, options: readonly string[]): void {
  const stray = options.find((name) => input.has(name));
  if (kind !== wanted && stray !== undefined)
    throw new AppError('BAD_INPUT', `--${stray} needs --${wanted}.`, { field: stray });
}

const FORMATS = ['qcow2', 'raw'] as const;

function diskFormat(input: Input): (typeof FORMATS)[number] | undefined {
  const format = input.text('disk-format');
  const known = FORMATS.find((each) => each === format);
  if (format === undefined || known !== undefined) return known;
  const hint = 'Omit it to let Atoll detect the format.';
  throw new AppError('BAD_INPUT', `The format ${format} is neither qcow2 nor raw.`, {
    field: 'disk-format',
    remedy: note(hint),
  });
}

/** The boot source of the VM. Paths are made absolute here: the engine has another working directory. */
export function bootDraft(input: Input, password: string | null = null) {
  const [image, disk, kernel, initrd] = [
    input.text('image'),
    input.text('disk'),
    input.text('kernel'),
    input.text('initrd'),
  ];
  const kind = oneOf({ tiny: input.flag('tiny'), image, disk, kernel }) ?? 'tiny';
  onlyWith(kind, 'kernel', input, ['initrd', 'append']);
  onlyWith(kind, 'disk', input, ['disk-format']);
  onlyWith(kind, 'image', input, [...SEED_OPTIONS, 'disk-size', 'full-copy']);
  if (image !== undefined) {
    const size = input.text('disk-size');
    const diskBytes = size === undefined ? null : sizeOf('disk-size', size);
    const copy = input.flag('full-copy') ? 'full' : 'thin';
    return { kind: 'image', image, seed: seedDraft(input, password), diskBytes, copy } as const;
  }
  if (disk !== undefined)
    return { kind: 'disk', path: resolve(disk), ...given({ format: diskFormat(input) }) } as const;
  if (kernel !== undefined) {
    return {
      kind: 'kernel',
      kernel: resolve(kernel),
      initrd: initrd === undefined ? null : resolve(initrd),
      append: input.text('append') ?? '',
    } as const;
  }
  const hasDevices = input.list('iso').length > 0 || bootsFromDevices(input);
  return { kind: hasDevices && !input.flag('tiny') ? 'devices' : 'tiny' } as const;
}

export const vmAdd: Run = async (context) => {
  const { input } = context;
  const password = await guestPassword(input);
  const boot = bootDraft(input, password);
  const preset = presetOf(input, boot.kind);
  const values = preset && PRESETS[preset];
  return changing((client, dryRun) =>
    client.vms.add({
      name: input.arg('NAME'),
      boot,
      cdroms: input.list('iso').map((iso) => ({ path: resolve(iso) })),
      vnics: input.list('network').map(parseVnic),
      disks: input.list('new-disk').map((disk) => ({ ...(values && { bus: values.diskBus }), ...parseNewDisk(disk) })),
      autostart: input.flag('autostart'),
      start: input.flag('start'),
      ...given({
        cluster: input.text('cluster'),
        comment: input.text('comment'),
        host: input.text('host'),
        memoryMiB: input.number('memory') ?? values?.memoryMiB,
        cpus: input.number('cpus') ?? values?.cpus,
        hardware: preset ? { ...presetHardware(preset, boot), ...hardwareDraft(input) } : hardwareDraft(input),
      }),
      dryRun,
    }),
  ).run(context, {
    refresh: refreshVm,
    done: (output) => `VM ${output.vm.name} was created. ${vmSaid(output)}`,
    more: (client, output) => sayApart(context, client, output.vm.id),
  });
};
