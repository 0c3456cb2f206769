import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../../contract/app-error';
import { note } from '../../contract/remedy';
import { changing } from '../change';
import type { Input } from '../input';
import type { Run } from '../spec';
import { given, oneOf } from './shared';
import { sayApart } from './split-warning';
import { refreshVm, vmSaid } from './vms';

/** `blue` or `blue,mac=56:6f:00:00:00:10`. A name can contain commas, so only this exact suffix is split off. */
export function parseVnic(text: string): { network: string; mac?: string } {
  const [, network, mac] = /^(.+),mac=([^,]*)$/s.exec(text) ?? [];
  return network !== undefined && mac !== undefined ? { network, mac } : { network: text };
}

/** The first line of a public key file; a private key is refused before it is sent. */
function publicKey(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('BAD_INPUT', `The key ${file} cannot be read.`, {
      field: 'ssh-key',
      remedy: note('Give the path of a public key, for example ~/.ssh/id_ed25519.pub.'),
      cause,
    });
  }
  if (text.includes('PRIVATE KEY'))
    throw new AppError('BAD_INPUT', `${file} is a private key.`, {
      field: 'ssh-key',
      remedy: note(`Give the public one: ${file}.pub`),
    });
  return (text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '').trim();
}

/** First-boot data for an image: with any of its options, user and key are required. */
function seed(input: Input) {
  const [user, key, address] = [input.text('user'), input.text('ssh-key'), input.text('address')];
  if (user === undefined && key === undefined && address === undefined) return null;
  if (user === undefined || key === undefined) {
    throw new AppError('BAD_INPUT', 'A seed needs --user and --ssh-key.', {
      field: user === undefined ? 'user' : 'ssh-key',
      remedy: note('Without a user and a key, nobody can log in.'),
    });
  }
  return { user, sshKey: publicKey(resolve(key)), address: address ?? null };
}

function onlyWith(kind: string, wanted: string, input: Input, options: readonly string[]): void {
  const stray = options.find((name) => input.text(name) !== undefined);
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
export function bootDraft(input: Input) {
  const [image, disk, iso, kernel, initrd] = [
    input.text('image'),
    input.text('disk'),
    input.text('iso'),
    input.text('kernel'),
    input.text('initrd'),
  ];
  const kind = oneOf({ tiny: input.flag('tiny'), image, disk, iso, kernel }) ?? 'tiny';
  onlyWith(kind, 'kernel', input, ['initrd', 'append']);
  onlyWith(kind, 'disk', input, ['disk-format']);
  onlyWith(kind, 'image', input, ['user', 'ssh-key', 'address']);
  if (image !== undefined) return { kind: 'image', image, seed: seed(input) } as const;
  if (disk !== undefined)
    return { kind: 'disk', path: resolve(disk), ...given({ format: diskFormat(input) }) } as const;
  if (iso !== undefined) return { kind: 'iso', path: resolve(iso) } as const;
  if (kernel !== undefined) {
    return {
      kind: 'kernel',
      kernel: resolve(kernel),
      initrd: initrd === undefined ? null : resolve(initrd),
      append: input.text('append') ?? '',
    } as const;
  }
  return { kind: 'tiny' } as const;
}

export const vmAdd: Run = (context) => {
  const { input } = context;
  return changing((client, dryRun) =>
    client.vms.add({
      name: input.arg('NAME'),
      boot: bootDraft(input),
      vnics: input.list('network').map(parseVnic),
      start: input.flag('start'),
      ...given({
        cluster: input.text('cluster'),
        comment: input.text('comment'),
        host: input.text('host'),
        memoryMiB: input.number('memory'),
        cpus: input.number('cpus'),
      }),
      dryRun,
    }),
  ).run(context, {
    refresh: refreshVm,
    done: (output) => `VM ${output.vm.name} was created. ${vmSaid(output)}`,
    more: (client, output) => sayApart(context, client, output.vm.id),
  });
};
