import type { Ask } from '../table';
import type { Rep } from '../wire/rep';
import { COLLECTIONS, EMPTY_COLLECTIONS } from './all';
import { ADMIN, API_VERSION, BLANK, ROOT_TAG } from './shared';

/** The entry of the API: what it is, how much there is, and where everything is. */
export async function showRoot(ask: Ask): Promise<Rep> {
  const [{ counts }, hosts, vms] = await Promise.all([ask.client.system.status(), ask.world.hosts(), ask.world.vms()]);
  const top = COLLECTIONS.filter(({ path }) => !path.includes('/'));
  const empty = Object.keys(EMPTY_COLLECTIONS).filter((path) => !path.includes('/'));
  const user = { href: ask.href('users', ADMIN), id: ADMIN };
  const { major, minor, build, revision } = API_VERSION;
  return {
    authenticated_user: user,
    effective_user: user,
    product_info: {
      name: 'oVirt Engine',
      vendor: 'Atoll',
      version: {
        build,
        full_version: `${major}.${minor}.${build}-atoll-${ask.product.version}`,
        major,
        minor,
        revision,
      },
      instance_id: BLANK,
    },
    special_objects: {
      blank_template: { href: ask.href('templates', BLANK), id: BLANK },
      root_tag: { href: ask.href('tags', ROOT_TAG), id: ROOT_TAG },
      link: [
        { href: ask.href('templates', BLANK), rel: 'templates/blank' },
        { href: ask.href('tags', ROOT_TAG), rel: 'tags/root' },
      ],
    },
    summary: {
      hosts: { active: counts.hostsUp, total: hosts.all.length },
      storage_domains: { active: counts.hostsUp, total: hosts.all.length },
      users: { active: 1, total: 1 },
      vms: { active: counts.vmsUp, total: vms.all.length },
    },
    time: new Date().toISOString(),
    link: [...top.map(({ path }) => path), ...empty].flatMap((path) => {
      const row = top.find((each) => each.path === path);
      const link = { href: ask.href(path), rel: path };
      return row?.searched === undefined
        ? [link]
        : [link, { href: `${ask.href(path)}?search={query}`, rel: `${path}/search` }];
    }),
  };
}
