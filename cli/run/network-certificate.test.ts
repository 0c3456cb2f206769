import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CERTIFICATE_FORMAT, type IsolationCertificate } from '../../contract';
import { certificateHtml } from '../../english';
import type { Context } from '../context';
import { COMMANDS } from '../commands/all';
import { Input } from '../input';
import { Output } from '../output';
import { networkCertificate } from './network-certificate';

const spec = COMMANDS.find(({ path }) => path.join(' ') === 'network certificate');
const AT = '2026-01-01T00:00:00.000Z';
const CERTIFICATE: IsolationCertificate = {
  format: CERTIFICATE_FORMAT,
  issuedAt: AT,
  issuedBy: 'me',
  version: '0.1.0',
  storeId: 's',
  network: { id: 'n', name: 'blue', dataCenter: 'Default', bridge: 'blue', mtu: 1500 },
  verdict: 'isolated',
  hosts: [],
  limits: [],
};

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
    const client = { networks: { certificate: () => Promise.resolve({ certificate: CERTIFICATE }) } };
    const out = new Output(null, { write: () => undefined });
    return networkCertificate({ input, out, engine: () => Promise.resolve({ client }) } as unknown as Context);
  };

  it('writes a new file', async () => {
    const file = join(folder, 'blue.html');
    await write(file);
    expect(readFileSync(file, 'utf8')).toBe(certificateHtml(CERTIFICATE));
  });

  it('does not overwrite an existing file', async () => {
    const file = join(folder, 'blue.html');
    writeFileSync(file, 'precious');
    await expect(write(file)).rejects.toMatchObject({ code: 'CONFLICT', field: 'out' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('explains what to do if the folder does not exist', async () => {
    const file = join(folder, 'nowhere', 'blue.html');
    await expect(write(file)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'out' });
    expect(existsSync(file)).toBe(false);
  });
});
