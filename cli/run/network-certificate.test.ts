import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../context';
import { COMMANDS } from '../commands/all';
import { Input } from '../input';
import { Output } from '../output';
import { networkCertificate } from './network-certificate';

const spec = COMMANDS.find(({ path }) => path.join(' ') === 'network certificate');
const PAGE = '<!doctype html>';

describe('network certificate --out', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-certificate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string): Promise<void> => {
    if (!spec) throw new Error('there is no such command');
    const options = new Map<string, string | boolean>([
      ['out', file],
      ['html', true],
    ]);
    const input = new Input({ args: [], options: [], ...spec }, new Map([['NETWORK', ['blue']]]), options);
    const certificate = { verdict: 'isolated', network: { name: 'blue' } };
    const client = { networks: { certificate: () => Promise.resolve({ certificate, html: PAGE }) } };
    const out = new Output(false, { write: () => undefined });
    return networkCertificate({ input, out, engine: () => Promise.resolve({ client }) } as unknown as Context);
  };

  it('writes a file that is not there', async () => {
    const file = join(folder, 'blue.html');
    await write(file);
    expect(readFileSync(file, 'utf8')).toBe(PAGE);
  });

  it('leaves a file that is there as it is', async () => {
    const file = join(folder, 'blue.html');
    writeFileSync(file, 'precious');
    await expect(write(file)).rejects.toMatchObject({ code: 'CONFLICT', field: 'out' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('says of a folder that is not there what to do', async () => {
    const file = join(folder, 'nowhere', 'blue.html');
    await expect(write(file)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'out' });
    expect(existsSync(file)).toBe(false);
  });
});
