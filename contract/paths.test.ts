import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { contract } from './contract';
import { LabFile } from './model/labfile';
import { PATHS, pathsIn, within } from './model/path';

const PATH = '/var/lib/some file.img';
/** The names of fields that contain a path; exceptions are listed. */
const NAMED = /path|(?<!pro)file|folder|dir(ectory)?$|kernel|initrd|iso$|^key$|keyFile|disk$/i;
const NO_PATHS = new Set<string>(['disks.resize.disk', 'disks.export.disk', 'disks.remove.disk', 'disks.move.disk']);

interface Leaf {
  readonly at: string;
  readonly schema: z.core.$ZodType;
}

function leavesOf(schema: z.core.$ZodType, at: string, seen: readonly z.core.$ZodType[] = []): Leaf[] {
  if (seen.includes(schema)) return [];
  if (schema._zod.def.type === 'string') return [{ at, schema }];
  return within(schema).flatMap(([key, inner]) =>
    leavesOf(inner, key === null ? at : `${at}.${String(key)}`, [...seen, schema]),
  );
}

function inputsOf(node: object, path: readonly string[] = []): Leaf[] {
  if ('~orpc' in node) {
    const { inputSchema } = node['~orpc'] as { inputSchema?: z.core.$ZodType };
    return inputSchema === undefined ? [] : leavesOf(inputSchema, path.join('.'));
  }
  return Object.entries(node).flatMap(([name, part]) => inputsOf(part as object, [...path, name]));
}

const takes = (schema: z.core.$ZodType, text: string): boolean => (schema as z.ZodType).safeParse(text).success;

/** By its name, or because it accepts only absolute paths. */
const isPath = ({ at, schema }: Leaf): boolean =>
  (NAMED.test(at.split('.').at(-1) ?? '') && takes(schema, PATH)) ||
  (takes(schema, PATH) && !takes(schema, 'relative') && !takes(schema, 'a'));

const leaves = [...inputsOf(contract), ...leavesOf(LabFile, 'labfile')];

describe('a path in the contract', () => {
  it('is marked as one everywhere', () => {
    const unmarked = leaves.filter((leaf) => isPath(leaf) && PATHS.get(leaf.schema) === undefined);
    expect(unmarked.map(({ at }) => at).filter((at) => !NO_PATHS.has(at))).toEqual([]);
  });

  it('is found by this test in known places', () => {
    const marked = leaves.filter(({ schema }) => PATHS.get(schema) !== undefined).map(({ at }) => at);
    for (const at of [
      'system.backup.path',
      'system.restore.path',
      'images.add.path',
      'vms.add.boot.path',
      'vms.add.boot.kernel',
      'vms.add.boot.initrd',
      'hosts.add.how.key',
      'hosts.hostKey.how.key',
      'hosts.examine.how.key',
      'labfile.vms.*.boot.path',
      'folders.allow.path',
    ])
      expect(marked).toContain(at);
    expect(leaves.filter(({ at }) => marked.includes(at)).every(isPath)).toBe(true);
  });

  it('is found in an input, with its purpose', () => {
    const { inputSchema } = contract.vms.add['~orpc'];
    const found = (boot: object) =>
      pathsIn(inputSchema!, { name: 'x', boot }).map(({ mark, path, at }) => [mark.use, path, at.join('.')]);
    expect(found({ kind: 'disk', path: '/a' })).toEqual([['disk', '/a', 'boot.path']]);
    const cdroms = [{ path: null }, { path: '/a' }];
    expect(
      pathsIn(inputSchema!, { name: 'x', cdroms }).map(({ mark, path, at }) => [mark.use, path, at.join('.')]),
    ).toEqual([['iso', '/a', 'cdroms.1.path']]);
    expect(found({ kind: 'kernel', kernel: '/k', initrd: '/i', append: '/no' })).toEqual([
      ['kernel', '/k', 'boot.kernel'],
      ['initrd', '/i', 'boot.initrd'],
    ]);
    expect(found({ kind: 'tiny', path: '/a' })).toEqual([]);
    expect(
      pathsIn(LabFile, { atoll: 1, vms: [{ boot: { kind: 'tiny' } }, { boot: { kind: 'disk', path: '/b' } }] }).map(
        ({ at }) => at,
      ),
    ).toEqual([['vms', 1, 'boot', 'path']]);
  });
});
