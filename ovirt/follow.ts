import { findItem, showItem } from './represent';
import { routeOf } from './routes';
import type { Ask } from './table';
import { badRequest } from './wire/fault';
import { Links, type Rep, type RepValue } from './wire/rep';

/** Links that one request may follow in all, and how deep: each is a list of its own. */
const MOST_FOLLOWED = 20_000;
const DEEPEST = 5;

const budgets = new WeakMap<URLSearchParams, { left: number }>();

/** `follow=nics.vnic_profile,cluster`: what stands behind these links, in their place. */
export async function follow(ask: Ask, rep: Rep, wanted: string | null = ask.query.get('follow')): Promise<Rep> {
  if (wanted === null || wanted.trim() === '') return rep;
  const heads = new Map<string, string[]>();
  for (const path of wanted.split(',').map((each) => each.trim())) {
    if (path === '') continue;
    const [head = '', ...rest] = path.split('.');
    if (rest.length >= DEEPEST) throw badRequest(`follow is deeper than ${DEEPEST} links`);
    const tails = heads.get(head) ?? [];
    if (rest.length > 0) tails.push(rest.join('.'));
    heads.set(head, tails);
  }
  let followed = rep;
  for (const [head, tails] of heads) followed = await followOne(ask, followed, head, tails.join(','));
  return followed;
}

async function followOne(ask: Ask, rep: Rep, head: string, tail: string): Promise<Rep> {
  const linked = rep['link'];
  const links = linked instanceof Links ? linked.all : Array.isArray(linked) ? (linked as readonly Rep[]) : [];
  // Links have no underscores, elements have.
  const rel = head.replaceAll('_', '').toLowerCase();
  const link = links.find((each) => each['rel'] === rel);
  if (link !== undefined) {
    const found = await behind(ask, String(link['href']), tail);
    if (found === null) return rep;
    const [[tags, content] = ['', {}]] = Object.entries(found);
    return { ...rep, link: links.filter((each) => each !== link), [attributeOf(rel, tags)]: content };
  }
  const key = Object.keys(rep).find((each) => each.replaceAll('_', '') === rel);
  const reference = key === undefined ? undefined : rep[key];
  if (key === undefined || !isRep(reference) || typeof reference['href'] !== 'string') return rep;
  const found = await behind(ask, reference['href'], tail);
  const only = found === null ? undefined : Object.values(found)[0];
  return only === undefined ? rep : { ...rep, [key]: only };
}

/**
 * The attribute of a link: clients read the NICs of a host from `nics`, though the collection itself is `host_nics`. It is the link's
 * name with the underscores of its elements: `vm_numa_nodes` for `numanodes` is `numa_nodes`.
 */
function attributeOf(rel: string, tags: string): string {
  const words = tags.split('_');
  const at = words.findIndex((_, from) => words.slice(from).join('') === rel);
  return at < 0 ? (ATTRIBUTES[rel] ?? tags) : words.slice(at).join('_');
}
const ATTRIBUTES: Readonly<Record<string, string>> = {
  enabledfeatures: 'enabled_features',
  externalnetworkproviders: 'external_network_providers',
  virtualfunctionallowedlabels: 'virtual_function_allowed_labels',
  virtualfunctionallowednetworks: 'virtual_function_allowed_networks',
};

/** What an address of ours leads to, under its element; null: nothing. */
async function behind(ask: Ask, href: string, tail: string): Promise<Rep | null> {
  const budget = budgets.get(ask.query) ?? { left: MOST_FOLLOWED };
  budgets.set(ask.query, budget);
  if ((budget.left -= 1) < 0) throw badRequest('follow leads to too much: ask for fewer objects');
  const route = routeOf(
    href
      .slice(ask.base.length + 1)
      .split('/')
      .map(decodeURIComponent),
  );
  const within = (ids: Readonly<Record<string, string>>): Ask => ({ ...ask, ids });
  if (route?.kind === 'empty') return { [route.tags]: {} };
  if (route?.kind === 'item') {
    const inner = within(route.ids);
    const item = await findItem(inner, route.row, route.id);
    return { [route.row.tag]: await follow(ask, await showItem(inner, route.row, item), tail) };
  }
  if (route?.kind !== 'collection') return null;
  const inner = within(route.ids);
  const { row } = route;
  const items: readonly unknown[] = await row.items(inner);
  const reps = await Promise.all(items.map(async (item) => follow(ask, await showItem(inner, row, item), tail)));
  return { [row.tags]: reps.length === 0 ? {} : { [row.tag]: reps } };
}

const isRep = (value: RepValue | undefined): value is Rep =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
