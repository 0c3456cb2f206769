import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { z } from 'zod';
import { type Actor, OVIRT_API_USER, type OvirtApi } from '../contract';
import type { ApiDoor } from '../engine/ports/api-door';
import type { Log } from '../engine/ports/log';
import type { OvirtClient, OvirtDoor } from '../ovirt/start';
import type { Served } from './door';
import { homeError } from './file-errors';
import type { Home } from './home';
import { mapAnswer } from './mapped-link';
import { toAppError } from './rpc-errors';
import { VERSION } from './version';

const Kept = z.object({
  enabled: z.boolean(),
  port: z.int().min(0).max(65_535),
  insecureHttp: z.boolean(),
  passwordHash: z.string().nullable(),
});
type Kept = z.infer<typeof Kept>;

const NOTHING: Kept = { enabled: false, port: 0, insecureHttp: false, passwordHash: null };

/** The oVirt API of a process: the engine's port to it, and its beginning and end. */
export interface OwnApiDoor extends ApiDoor {
  /** Whether it keeps the engine running. */
  readonly enabled: boolean;
  /** Opens it if it is enabled. A failure is logged and shown: the engine works without it. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Its settings are a file of the home, with mode 0600: a restored database, which may come from elsewhere, neither opens a port
 * nor brings a password.
 */
export function createApiDoor(home: Home, served: () => Served, log: Log): OwnApiDoor {
  const folder = join(home.path, 'api');
  const file = join(folder, 'settings.json');
  let kept = read(file, log);
  let door: OvirtDoor | null = null;
  let caFile: string | null = null;
  let problem: string | null = null;
  /** One change at a time: each closes and opens a port. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const keep = (next: Kept): void => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      rmSync(`${file}.new`, { force: true });
      throw homeError(home.path, error);
    }
    kept = next;
  };

  const openWith = async (settings: Kept): Promise<void> => {
    // Loaded when it is needed: most engines never open it.
    const { openOvirtDoor, openAuthority } = await import('../ovirt/start');
    const authority = settings.insecureHttp ? null : await openAuthority(folder);
    door = await openOvirtDoor({
      port: settings.port,
      passwordHash: settings.passwordHash ?? '',
      authority,
      clientFor: (actor) => clientOf(served(), actor),
      version: VERSION,
      log,
    });
    caFile = authority?.file ?? null;
    problem = null;
  };
  const closeNow = async (): Promise<void> => {
    const open = door;
    door = null;
    await open?.close();
  };
  const secretOf = async (given: string | undefined): Promise<{ hash: string; made: string | null }> => {
    const { hashPassword, makePassword } = await import('../ovirt/start');
    const made = given === undefined ? makePassword() : null;
    return { hash: await hashPassword(given ?? made ?? ''), made };
  };

  return {
    get enabled() {
      return kept.enabled;
    },
    show: (): OvirtApi => ({
      enabled: kept.enabled,
      url: door?.url ?? null,
      user: OVIRT_API_USER,
      caFile: kept.enabled && !kept.insecureHttp ? caFile : null,
      port: door?.port ?? (kept.port === 0 ? null : kept.port),
      insecureHttp: kept.insecureHttp,
      problem: kept.enabled && door === null ? problem : null,
    }),
    hasPassword: () => kept.passwordHash !== null,
    enable: ({ port, password, insecureHttp }) =>
      inTurn(async () => {
        const needed = password !== undefined || kept.passwordHash === null;
        const { hash, made } = needed ? await secretOf(password) : { hash: kept.passwordHash ?? '', made: null };
        const next = {
          enabled: true,
          port: port ?? kept.port,
          insecureHttp: insecureHttp ?? kept.insecureHttp,
          passwordHash: hash,
        };
        const same =
          door !== null && (next.port === 0 || next.port === door.port) && next.insecureHttp === kept.insecureHttp;
        if (same) {
          keep({ ...next, port: door?.port ?? next.port });
          if (needed) door?.changePassword(hash);
          return made;
        }
        const before = kept;
        await closeNow();
        try {
          await openWith(next);
          // The port that was free stays the one: clients have its address.
          keep({ ...next, port: (door as OvirtDoor | null)?.port ?? next.port });
        } catch (error) {
          await closeNow();
          if (before.enabled) await openWith(before).catch((again: unknown) => (problem = String(again)));
          throw error;
        }
        return made;
      }),
    setPassword: (password) =>
      inTurn(async () => {
        const { hash, made } = await secretOf(password);
        keep({ ...kept, passwordHash: hash });
        door?.changePassword(hash);
        return made;
      }),
    disable: () =>
      inTurn(async () => {
        if (kept.enabled) keep({ ...kept, enabled: false });
        await closeNow();
      }),
    open: () =>
      inTurn(async () => {
        if (!kept.enabled || kept.passwordHash === null || door !== null) return;
        try {
          await openWith(kept);
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error);
          log.error({ error: problem }, 'the oVirt API could not be opened');
        }
      }),
    close: () => inTurn(closeNow),
  };
}

/** Of the engine that runs now: a restore exchanges it while the door stays open. */
function clientOf(served: Served, actor: Actor): OvirtClient {
  const toError = (error: unknown) => toAppError(error, false);
  return createRouterClient(served.router, {
    context: { actor },
    interceptors: [
      async ({ next }) => {
        try {
          return mapAnswer(await next(), toError);
        } catch (error) {
          throw await toError(error);
        }
      },
    ],
  }) as unknown as OvirtClient;
}

function read(file: string, log: Log): Kept {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // A damaged file opens nothing.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.error({ error: String(error), file }, "the settings of the oVirt API can't be read");
    return NOTHING;
  }
}
