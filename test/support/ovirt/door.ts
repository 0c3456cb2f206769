import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { toAppError } from '../../../app/rpc-errors';
import { type OvirtClient, type OvirtDoor, hashPassword, openAuthority, openOvirtDoor } from '../../../ovirt/start';
import { TestEngine } from '../test-engine';
import { ApiClient } from './client';

export const PASSWORD = 'a long password';

/** An engine with simulated hosts, and the oVirt API in front of it. */
export class ApiScene {
  readonly engine = new TestEngine();
  readonly folder = mkdtempSync(join(tmpdir(), 'atoll-ovirt-'));
  /** How long sign-ins were made to wait, instead of waiting. */
  readonly waits: number[] = [];
  now = Date.now();
  door!: OvirtDoor;
  client!: ApiClient;
  ca = '';

  async open(): Promise<this> {
    await this.engine.engine.start();
    const authority = await openAuthority(this.folder);
    this.ca = authority.pem;
    this.door = await openOvirtDoor({
      port: 0,
      passwordHash: await hashPassword(PASSWORD),
      authority,
      version: '0.0.0',
      log: this.engine.log,
      logins: { now: () => this.now, sleep: (ms) => Promise.resolve(void this.waits.push(ms)) },
      clientFor: (actor) =>
        createRouterClient(this.engine.engine.router, {
          context: { actor },
          interceptors: [
            async ({ next }) => {
              try {
                return await next();
              } catch (error) {
                throw await toAppError(error, false);
              }
            },
          ],
        }) as unknown as OvirtClient,
    });
    this.client = new ApiClient(this.door.port, this.ca);
    return this;
  }

  async close(): Promise<void> {
    await this.door.close();
    await this.engine.close();
    rmSync(this.folder, { recursive: true });
  }
}
