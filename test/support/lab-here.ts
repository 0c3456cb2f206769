import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../engine/ports/log';
import { memorySecrets } from '../../app/memory-secrets';
import { createHosts } from '../../hosts/registry';

export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Why labs, and VMs in labs, can't be tested here; null where they can. Asked of the product's own doctor. */
export interface LabHere {
  readonly networks: string | null;
  readonly vms: string | null;
}

export async function labHere(): Promise<LabHere> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-here-'));
  try {
    const { canRunLab, canRunVms, checks } = await createHosts({
      home,
      log: SILENT,
      secrets: memorySecrets(),
    }).doctor();
    const gaps = checks.filter(({ state }) => state === 'missing').map(({ title }) => title);
    const why = `missing here: ${gaps.join(', ')}`;
    return { networks: canRunLab ? null : why, vms: canRunLab && canRunVms ? null : why };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
