import type { Cluster, DataCenter, Host, Image, Network, Vm, VnicProfile } from '../contract';
import { AppError } from '../contract/app-error';
import type { OvirtClient } from './client';
import { notFound } from './wire/fault';

/** A whole kind of object, and by id. */
interface Kind<T> {
  readonly all: readonly T[];
  readonly byId: ReadonlyMap<string, T>;
}

/** What exists, as one request sees it: each kind is read at most once, when it is first needed. */
export class World {
  readonly #kinds = new Map<string, Promise<unknown>>();

  constructor(readonly client: OvirtClient) {}

  dataCenters = (): Promise<Kind<DataCenter>> => this.#kind('dataCenters', () => this.client.dataCenters.list());
  clusters = (): Promise<Kind<Cluster>> => this.#kind('clusters', () => this.client.clusters.list({}));
  hosts = (): Promise<Kind<Host>> => this.#kind('hosts', () => this.client.hosts.list({}));
  networks = (): Promise<Kind<Network>> => this.#kind('networks', () => this.client.networks.list({}));
  profiles = (): Promise<Kind<VnicProfile>> => this.#kind('profiles', () => this.client.networks.profiles({}));
  vms = (): Promise<Kind<Vm>> => this.#kind('vms', () => this.client.vms.list({}));
  images = (): Promise<Kind<Image>> => this.#kind('images', () => this.client.images.list());

  /** Reads something once for this request. */
  once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#kinds.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const made = read();
    this.#kinds.set(key, made);
    return made;
  }

  /** Forgets what was read: something has changed. */
  forget(): void {
    this.#kinds.clear();
  }

  #kind<T extends { readonly id: string }>(key: string, list: () => Promise<T[]>): Promise<Kind<T>> {
    return this.once(key, async () => {
      const all = await list();
      return { all, byId: new Map(all.map((each) => [each.id, each])) };
    });
  }
}

/** The one with this id. @throws Fault 404 */
export async function existing<T>(kind: Promise<Kind<T>>, id: string, what: string): Promise<T> {
  const found = (await kind).byId.get(id.toLowerCase());
  if (found === undefined) throw notFound(what);
  return found;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One VM, of perhaps thousands. @throws Fault 404 */
export async function existingVm(world: World, id: string): Promise<Vm> {
  // The contract takes names too; an address has ids only.
  if (!GUID.test(id)) throw notFound('VM');
  return world.once(`vm ${id}`, async () => {
    try {
      return await world.client.vms.show({ vm: id });
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND') throw notFound('VM');
      throw error;
    }
  });
}
