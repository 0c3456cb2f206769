import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/app-error';
import { note } from '../contract/remedy';
import { COMMANDS } from './commands/all';
import type { CommandSpec } from './spec';
import { inTypedWords, typedField } from './typed-field';

const spec = (words: string): CommandSpec => {
  const found = COMMANDS.find(({ path }) => path.join(' ') === words);
  if (found === undefined) throw new Error(`There is no command ${words}`);
  return found;
};

describe('a field', () => {
  it.each([
    ['vm add', 'memoryMiB', '--memory'],
    ['vm add', 'disks.0.sizeBytes', '--new-disk'],
    ['vm add', 'name', 'NAME'],
    ['vm shutdown', 'timeoutS', '--timeout'],
    ['network add', 'mtu', '--mtu'],
    ['network services', 'subnet', '--subnet'],
    ['forward add', 'guestPort', 'PORT'],
    ['host add', 'how.address', '--ssh'],
    ['vnic add', 'mac', '--mac'],
    ['job list', 'limit', '--limit'],
    ['network add', 'stretch.hosts', '--stretch-over'],
    ['network add', 'dataCenter', '--datacenter'],
    ['network services', 'pool.from', '--range'],
    ['network add-profile', 'name', 'PROFILE'],
    ['network update', 'name', '--name'],
    ['vm add', 'vnics.0.mac', '--network'],
    ['vm add', 'cdroms.0.path', '--iso'],
    ['cdrom add', 'path', '--iso'],
    ['folder allow', 'path', 'DIR'],
    ['disk export', 'path', 'FILE'],
    ['backup verify', 'backup', 'NAME'],
    ['reach', 'to', 'VM2'],
    ['promise check', 'promises.0', 'PROMISE'],
  ])('%s: %s was typed as %s', (words, field, typed) => expect(typedField(spec(words), field)).toBe(typed));

  it('that nobody typed has no other name', () => {
    expect(typedField(spec('vm add'), 'boot.kind')).toBeNull();
    expect(typedField(spec('status'), 'name')).toBeNull();
  });
});

describe('an error about fields', () => {
  const wrong = new AppError('BAD_INPUT', 'memoryMiB: must be at least 32 MiB; boot.kind: is missing', {
    field: 'memoryMiB',
  });

  it('names what was typed, and the help of the command', () => {
    expect(inTypedWords(wrong, spec('vm add'))).toMatchObject({
      code: 'BAD_INPUT',
      message: '--memory: must be at least 32 MiB; boot.kind: is missing',
      field: 'memoryMiB',
      remedy: note('See atoll vm add --help.'),
    });
  });

  it('keeps a remedy of its own, and other errors stay as they are', () => {
    const own = new AppError('BAD_INPUT', 'It is no file', { remedy: note('Enter a path.') });
    expect(inTypedWords(own, spec('vm add'))).toMatchObject({
      message: 'It is no file',
      remedy: note('Enter a path.'),
    });
    const other = new AppError('CONFLICT', 'name: is taken', { field: 'name' });
    expect(inTypedWords(other, spec('vm add'))).toBe(other);
    const plain = new Error('x');
    expect(inTypedWords(plain, spec('vm add'))).toBe(plain);
  });
});
