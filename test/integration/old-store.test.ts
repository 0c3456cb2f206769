import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../contract';
import { MIGRATIONS } from '../../db/migrations/all';
import { openSqlite } from '../../db/native';
import { openStore } from '../../db/store';
import { AtollCli } from '../support/atoll-cli';
import { type Program, builtProgram } from '../support/program';

/** As scripts read it: each text has its data beside it. */
interface Shown {
  readonly message: string;
  readonly messageData: { readonly type: string; readonly params: object };
}
interface ShownJob extends Omit<Job, 'title'> {
  readonly title: string;
}

describe('a home of the version in which messages were text', () => {
  let program: Program;
  let atoll: AtollCli;
  beforeAll(() => {
    program = builtProgram();
    atoll = new AtollCli(program);
    const path = join(atoll.home, 'store.db');
    openStore(path, { migrations: MIGRATIONS.slice(0, 13) }).close();
    const sqlite = openSqlite(path);
    sqlite.exec('DELETE FROM clusters; DELETE FROM data_centers;');
    sqlite.exec(readFileSync(join(import.meta.dirname, '../../db/testing/store-13.sql'), 'utf8'));
    sqlite.close();
  });
  afterAll(async () => {
    await atoll.dispose();
    program.remove();
  });

  it('shows its events as they were, and new ones in the words of today', async () => {
    const lines = await atoll.ok('event', 'list', '--limit', '500');
    expect(lines).toContain('VM web added (root)');
    expect(lines).toContain('Shut down VM web: succeeded (root)');
    await atoll.ok('datacenter', 'add', 'attic');
    const events = await atoll.json<Shown[]>('event', 'list', '--limit', '500');
    const old = events.find(({ message }) => message === 'VM web added');
    expect(old?.messageData).toEqual({ type: 'text', params: { text: 'VM web added' } });
    expect(events.at(-1)).toMatchObject({
      message: 'Data center attic was created',
      messageData: { type: 'data_center.added', params: { dataCenter: 'attic', isSimulated: false } },
    });
  });

  it('shows its jobs with their steps', async () => {
    const jobs = await atoll.json<ShownJob[]>('job', 'list');
    const start = jobs.find(({ title }) => title === 'Start VM web');
    const shown = await atoll.ok('job', 'show', start?.id ?? '');
    for (const words of ['Start VM web', 'Set up its networks on sim', '192 MiB, 1 vNIC'])
      expect(shown).toContain(words);
  });

  it('runs an old job again', async () => {
    const jobs = await atoll.json<ShownJob[]>('job', 'list');
    const start = jobs.find(({ title }) => title === 'Start VM web');
    // It succeeded, so it is refused, by a rule and not by its old title.
    const { code, message } = await atoll.refusal('job', 'retry', start?.id ?? '');
    expect([code, message]).toEqual(['STATE_ILLEGAL', expect.stringContaining('succeeded')]);
  });
});
