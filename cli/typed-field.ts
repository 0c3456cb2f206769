import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { type CommandSpec, optionsOf } from './spec';

const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const lower = (name: string): string => name.toLowerCase().replaceAll('-', '');

/** Fields of the contract that none of a command's own names resembles: options and arguments, of which a command has one. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'how.address': ['--ssh'],
  'how.port': ['--ssh'],
  'how.user': ['--ssh'],
  'disks.sizeBytes': ['--new-disk'],
  'disks.name': ['--new-disk'],
  'vnics.mac': ['--network'],
  'boot.path': ['--disk'],
  'cdroms.path': ['--iso'],
  path: ['FILE', 'DIR', '--iso'],
  backup: ['NAME'],
  name: ['NAME', 'PROFILE', 'GROUP', '--name'],
  from: ['VM1'],
  to: ['VM2'],
  'pool.from': ['--range'],
  'pool.to': ['--range'],
  'stretch.hosts': ['--stretch-over'],
  'seed.hostname': ['--hostname'],
  'seed.user': ['--user'],
  'reservations.address': ['--reserve'],
  'reservations.vm': ['--reserve'],
  'reservations.vnic': ['--reserve'],
};

/**
 * What a person typed for a field of the contract: `--memory` for `memoryMiB`, `PORT` for `guestPort`; null where no option and no
 * argument of the command resembles it. Numbers in the path of a field (`disks.0.sizeBytes`) count places in lists.
 */
export function typedField(spec: CommandSpec, field: string): string | null {
  const path = field.split('.').filter((part) => !/^\d+$/.test(part));
  const options = optionsOf(spec).filter(({ type }) => type !== 'flag');
  const names = [...options.map(({ name }) => `--${name}`), ...(spec.args ?? []).map(({ name }) => name)];
  const known = OTHERS[path.join('.')]?.find((name) => names.includes(name));
  if (known !== undefined) return known;
  for (const part of path.toReversed()) {
    const begins = options
      .filter(({ name }) => part.startsWith(camel(name)) || lower(part) === lower(name))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (begins !== undefined) return `--${begins.name}`;
    const arg = (spec.args ?? []).find(({ name }) => lower(part).replace(/s$/, '').endsWith(lower(name)));
    if (arg !== undefined) return arg.name;
  }
  return null;
}

/**
 * An error about a field, in the words of the command that a person typed. `field` stays as the contract calls it. For an invalid value the
 * engine gives only the reason, because a form shows the valid ones: the help of the command does so here.
 */
export function inTypedWords(error: unknown, spec: CommandSpec): unknown {
  if (!(error instanceof AppError) || error.code !== 'BAD_INPUT') return error;
  const { code, field, message, rule, remedy, cause } = error;
  const words =
    field === undefined
      ? message
      : message
          .split('; ')
          .map((part) => typedPart(part, spec))
          .join('; ');
  return new AppError(code, words, {
    remedy: remedy ?? note(`See atoll ${spec.path.join(' ')} --help.`),
    ...(field === undefined ? {} : { field }),
    ...(rule === undefined ? {} : { rule }),
    cause,
  });
}

function typedPart(part: string, spec: CommandSpec): string {
  const [, field, words] = /^([A-Za-z][\w.]*): (.*)$/s.exec(part) ?? [];
  const typed = field === undefined ? null : typedField(spec, field);
  return typed === null ? part : `${typed}: ${words ?? ''}`;
}
