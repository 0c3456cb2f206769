import { COLLECTIONS, EMPTY_COLLECTIONS } from './resources/all';
import { methodsOf, routeOf } from './routes';
import type { AnyCollection, Write } from './table';

/** What the page says of a change. */
type Shown = Pick<Write<never, never>, 'calls' | 'reads' | 'note'>;

const HEAD = `# Routes of the oVirt API

Made by \`node scripts/docs.mjs\` from the table in ovirt/resources; do not edit. How clients use it: [guide/ovirt.md](guide/ovirt.md).

Every path is below \`/ovirt-engine/api\` (or \`/ovirt-engine/api/v4\`). Lists take \`max\`, \`follow\`, \`search\` and \`case_sensitive\` where a
row says so, single objects \`follow\`. "Leads to" names the procedures of Atoll's own contract. All of oVirt's routes are here; those under
[Not answered](#not-answered) are 404 or 405, with a fault. What is below an item of another view is the same as below the item itself:
\`/datacenters/{datacenter}/clusters/{cluster}/networks\` is \`/clusters/{cluster}/networks\`.

Outside of it: \`POST /ovirt-engine/sso/oauth/token\` (password, scope \`ovirt-app-api\`), \`/ovirt-engine/sso/oauth/revoke\`,
\`/ovirt-engine/sso/oauth/token-info\`, \`/ovirt-engine/services/sso-logout\`,
\`/ovirt-engine/services/pki-resource?resource=ca-certificate&format=X509-PEM-CA\`.

## Supported

| method | path | leads to | elements that are read | |
| ------ | ---- | -------- | ---------------------- | - |
| GET | \`/\` | \`system.status\`, \`hosts.list\`, \`vms.list\` | | |
`;

/** docs/ovirt-api.md. `known`: oVirt's routes, a line each: methods and path. */
export function routesPage(known: string): string {
  const rows = COLLECTIONS.flatMap(rowsOf);
  const refused = COLLECTIONS.flatMap((row) =>
    Object.entries(row.refused ?? {}).map(([verb, why]) => `| POST | ${pathOf(row, `/{id}/${verb}`)} | ${why} |`),
  );
  const below = COLLECTIONS.flatMap((row) => Object.keys(row.empty ?? {}).map((name) => pathOf(row, `/{id}/${name}`)));
  const empty = [...Object.keys(EMPTY_COLLECTIONS).map((path) => `\`/${path}\``), ...below].sort();
  return [
    HEAD + rows.join('\n'),
    '## Refused\n\nActions of oVirt that Atoll has not: status 400, with the reason.\n',
    `| method | path | reason |\n| ------ | ---- | ------ |\n${refused.join('\n')}`,
    '## Always empty\n\nCollections that oVirt has and Atoll has not: an empty list.\n',
    `${empty.map((path) => `- ${path}`).join('\n')}`,
    "## Not answered\n\nThe rest of oVirt's API. 404: there is no such object in Atoll; 405: it can't be changed this way.\n",
    `| method | path | status |\n| ------ | ---- | ------ |\n${notAnswered(known).join('\n')}\n`,
  ].join('\n\n');
}

/** What oVirt answers and Atoll does not: the methods of a path that have one status share a line. */
function notAnswered(known: string): string[] {
  return known
    .trim()
    .split('\n')
    .flatMap((line) => {
      const methods = line.split(' ');
      const path = methods.pop() ?? '';
      const route = routeOf(path.split('/').filter((part) => part !== ''));
      const answered = route === null ? [] : methodsOf(route);
      const rest = methods.filter((method) => !answered.includes(method));
      return rest.length === 0 ? [] : [`| ${rest.join(', ')} | \`${path}\` | ${route === null ? 404 : 405} |`];
    });
}

function rowsOf(row: AnyCollection): string[] {
  const line = (method: string, rest: string, write: Partial<Shown>): string =>
    `| ${method} | ${pathOf(row, rest)} | ${(write.calls ?? []).map((call) => `\`${call}\``).join(', ')} | ${(write.reads ?? []).join(', ')} | ${write.note ?? ''} |`;
  const list = { calls: row.calls, note: [row.searched ? 'search' : '', row.note ?? ''].filter(Boolean).join('. ') };
  return [
    line('GET', '', list),
    line('GET', '/{id}', { calls: row.calls }),
    ...(row.add ? [line('POST', '', row.add)] : []),
    ...(row.update ? [line('PUT', '/{id}', row.update)] : []),
    ...(row.remove ? [line('DELETE', '/{id}', row.remove)] : []),
    ...Object.entries(row.actions ?? {}).map(([verb, action]) => line('POST', `/{id}/${verb}`, action)),
  ];
}

/** `/hosts/{host}/nics` of `hosts/{hosts}/nics`. */
const pathOf = ({ path }: AnyCollection, rest: string): string =>
  `\`/${path.replaceAll(/\{(\w+?)s\}/g, '{$1}')}${rest}\``;
