import type {
  CertifiedCheck,
  CertifiedHost,
  CheckPoint,
  Incident,
  IsolationCertificate,
  Verdict,
} from '../../contract';
import { isHarmless } from '../../contract/state/check-points';
import { textOf } from '../text-of';
import { Html, html } from './markup';
import { STYLE } from './style';
import { latestPoints } from './latest-points';
import { lookOf, verdictWords, VERDICTS } from './verdict-words';
import { verifyPart } from './verify';
import { DOUBTS } from '../messages/reasons';
import { render } from '../messages/render';

const MEANINGS: Record<Verdict, string> = {
  isolated:
    'On every host that has the network, all points of the last check passed, and no change was detected since.',
  not_isolated: 'On at least one host, a point of the last check failed by which something gets in or out.',
  unknown: 'On at least one host, the last check is missing or no longer reliable.',
};
const OUTCOMES: Record<Incident['outcome'], string> = {
  repaired: 'Repaired',
  open: 'Ongoing',
  failed: 'Repair failed',
};
const KINDS: Record<CertifiedHost['kind'], string> = {
  lab: 'lab on a computer',
  local: 'the computer that runs Atoll',
  ssh: 'Linux host, over SSH',
  simulated: 'simulated',
};

/** Nothing is loaded from anywhere and no script runs, whatever the names say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The certificate as one page that needs nothing beside it, made to be printed on A4. All times are UTC. */
export function certificateHtml(certificate: IsolationCertificate): string {
  const { network, hosts } = certificate;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width" />
        <title>Isolation of ${network.name}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <div class="head">${LOGO} Atoll <span>Isolation certificate</span></div>
          <h1>Isolation of the network <bdi>${network.name}</bdi></h1>
          ${sealPart(certificate)}
          ${hosts.some((host) => host.kind === 'simulated') ? html`<p class="notice">${SIMULATED}</p>` : ''}
          ${factsPart(certificate)} ${hosts.length === 0 ? '' : summaryPart(hosts)} ${hosts.map(hostPart)}
          ${verifyPart(certificate)}
          <section>
            <h2>What this does not prove</h2>
            <ul>
              ${certificate.limits.map((limit) => html`<li>${limit}</li>`)}
            </ul>
          </section>
        </main>
      </body>
    </html> `;
  return page.source;
}

const SIMULATED =
  'Simulated. At least one of the hosts below exists only in memory: this page proves nothing about real hosts.';

const LOGO = html`<svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
  <circle cx="12" cy="12" r="9" stroke="#0f3d5c" stroke-width="3.4" stroke-dasharray="46 6 3 1.5" />
  <circle cx="12" cy="12" r="2.2" fill="#d99a00" />
</svg>`;

/** Each result has its own sign: a tick, a cross, a question mark. */
const SIGNS: Record<Verdict, string> = {
  isolated: 'M5.5 12.5l4.2 4.2L18.5 8',
  not_isolated: 'M7 7l10 10M17 7L7 17',
  unknown: 'M8.6 9.2a3.4 3.2 0 1 1 4.7 2.9q-1.3 .7 -1.3 2M12 17.6v.6',
};
const sign = (verdict: Verdict): Html =>
  html`<svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2.4"
    stroke-linecap="round"
    aria-hidden="true"
  >
    <circle cx="12" cy="12" r="10.6" stroke-width="1.8" />
    <path d="${SIGNS[verdict]}" />
  </svg>`;

const resultOf = (verdict: Verdict, words = VERDICTS[verdict], look = verdict): Html =>
  html`<span class="result ${look}">${sign(verdict)} ${words}</span>`;
const resultOfHost = (host: Pick<CertifiedHost, 'verdict' | 'latest'>): Html =>
  resultOf(host.verdict, verdictWords(host.verdict, [host]), lookOf(host.verdict, [host]));

const time = (at: string): string => at.replace('T', ' ').replace(/\.\d+Z$/, '');
const hostsWords = (n: number): string => `${n} host${n === 1 ? '' : 's'}`;

/** "Proven" is said only if every point was checked. */
function provenWords(hosts: IsolationCertificate['hosts']): string {
  const { unchecked, points } = latestPoints(hosts);
  return unchecked === 0 ? 'Proven' : `${points - unchecked} of ${points} points checked`;
}

function meaningOf(verdict: Verdict, hosts: IsolationCertificate['hosts']): string {
  const { unchecked, failed } = latestPoints(hosts);
  if (verdict === 'isolated' && failed > 0)
    return `No point failed by which something gets in or out, and no change was detected since. Failed: ${failed} of the others, listed below.`;
  return verdict === 'isolated' && unchecked > 0
    ? 'On every host that has the network, all points that the last check covered passed, and no change was detected since.'
    : MEANINGS[verdict];
}

function sealPart({ verdict, hosts, issuedAt }: IsolationCertificate): Html {
  const good = hosts.filter((host) => host.verdict === 'isolated').length;
  return html`<div class="seal ${lookOf(verdict, hosts)}">
    ${sign(verdict)}
    <div>
      <strong>${verdictWords(verdict, hosts)}</strong>
      <span>
        ${hosts.length === 0 ? 'No host has the network.' : `${provenWords(hosts)} on ${good} of ${hostsWords(hosts.length)} as of ${time(issuedAt)} UTC. ${meaningOf(verdict, hosts)}`}
      </span>
    </div>
  </div>`;
}

/** The one port besides VMs, and what it can reach. */
function serverText({ server, domain, mode, gateway }: NonNullable<IsolationCertificate['services']>): Html {
  const what = { all: 'DHCP and DNS', dhcp: 'DHCP', dns: 'DNS' }[mode];
  const foreign =
    gateway === null
      ? html`Foreign names are refused, and never sent.`
      : html`Foreign names are asked of the VM <bdi>${gateway}</bdi>, inside the network.`;
  return html`<span class="mono">${server}</span>: ${what} for the guests of this network, in namespaces of its own on
    each host. It reaches these guests and nothing else; the host has no address on the network. Domain
    <span class="mono">${domain}</span>. ${mode === 'dhcp' ? '' : foreign}`;
}

/** Who exchanges the network, and how. */
function stretchText({ vni, hosts }: NonNullable<IsolationCertificate['stretch']>): Html {
  const each = hosts.map(
    ({ host, publicKey }) => html`<li><bdi>${host}</bdi>: <span class="mono">${publicKey ?? 'no key yet'}</span></li>`,
  );
  return html`Number ${vni}. These hosts exchange its frames through WireGuard, encrypted from host to host; each
    accepts packets that are signed with the key of another of them, and no others.
    <ul>
      ${each}
    </ul>`;
}

function factsPart(certificate: IsolationCertificate): Html {
  const { network, services = null, stretch = null } = certificate;
  const fact = (name: string, value: Html): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl>
    ${[
      fact('Network ID', html`<span class="mono">${network.id}</span>`),
      fact('Data center', html`<bdi>${network.dataCenter}</bdi>`),
      fact('Bridge name', html`<span class="mono">${network.bridge}</span>, MTU ${network.mtu}`),
      ...(services === null ? [] : [fact('DHCP and DNS server', serverText(services))]),
      ...(stretch === null ? [] : [fact('Stretched over', stretchText(stretch))]),
      fact('Issued', html`${time(certificate.issuedAt)} UTC, by <bdi>${certificate.issuedBy}</bdi>`),
      fact('Atoll database', html`<span class="mono">${certificate.storeId}</span>`),
      fact(
        'Product and format',
        html`Atoll ${certificate.version}, <span class="mono">${certificate.format}</span>, not signed`,
      ),
    ]}
  </dl>`;
}

function summaryPart(hosts: readonly CertifiedHost[]): Html {
  const row = (host: CertifiedHost): Html => {
    const points = host.latest?.points ?? [];
    const good = points.filter((point) => point.ok === true).length;
    return html`<tr>
      <td><bdi>${host.host}</bdi></td>
      <td>${KINDS[host.kind]}</td>
      <td>${resultOfHost(host)}</td>
      <td>${points.length === 0 ? 'none' : `${good} of ${points.length}`}</td>
      <td class="when">${host.latest === null ? 'none' : time(host.latest.at)}</td>
      <td class="when">${host.probedAt === null ? 'none recorded' : time(host.probedAt)}</td>
      <td>${host.incidents.length}</td>
    </tr>`;
  };
  return table(
    [
      ['Host', 16],
      ['Kind', 14],
      ['Result', 16],
      ['Points', 9],
      ['Last check (UTC)', 17],
      ['Live probe (UTC)', 17],
      ['Incidents', 11],
    ],
    hosts.map(row),
  );
}

/** A column's head, and its share of the width in percent: what is long is broken, what is short never is. */
type Head = readonly [name: string, share: number];

const table = (heads: readonly Head[], rows: readonly Html[]): Html =>
  html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${heads.map(([name, share]) => html`<th scope="col" style="width: ${share}%">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

function hostPart(host: CertifiedHost): Html {
  return html`<section>
    <h2>Host <bdi>${host.host}</bdi></h2>
    <p>${resultOfHost(host)} ${host.doubt === null ? '' : `Reason: ${render(DOUBTS, host.doubt)}.`}</p>
    <p class="soft">
      ${KINDS[host.kind]} · ID <span class="mono">${host.hostId}</span> · last live probe
      ${host.probedAt === null ? 'none recorded' : `${time(host.probedAt)} UTC`}
    </p>
    ${host.latest === null ? '' : checkPart(host.latest)} ${incidentsPart(host.incidents)}
    ${host.history.length < 2 ? '' : historyPart(host.history)}
  </section>`;
}

/** How a point that passed, failed, or could not be checked is written. */
const POINT = {
  true: { verdict: 'isolated', words: 'passed' },
  false: { verdict: 'not_isolated', words: 'FAILED' },
  null: { verdict: 'unknown', words: 'not checked' },
} as const satisfies Record<`${CheckPoint['ok']}`, { verdict: Verdict; words: string }>;

function checkPart(check: CertifiedCheck): Html {
  const row = ({ id, title, ok, evidence }: CheckPoint): Html => {
    const { verdict, words } = POINT[`${ok}`];
    return html`<tr>
      <td>${title}</td>
      <td>${resultOf(verdict, words, ok === false && isHarmless(id) ? 'unknown' : verdict)}</td>
      <td class="mono">${evidence}</td>
    </tr>`;
  };
  return html`<h3>
      Last check: ${time(check.at)} UTC, by <bdi>${check.by}</bdi>${check.probe ? ', with live probe' : ''}
    </h3>
    ${table(
      [
        ['Check', 36],
        ['Result', 14],
        ['Evidence', 50],
      ],
      check.points.map(row),
    )}`;
}

function incidentsPart(incidents: readonly Incident[]): Html {
  if (incidents.length === 0)
    return html`<h3>Incidents</h3>
      <p class="soft">No outside changes detected.</p>`;
  const row = (one: Incident): Html =>
    html`<tr>
      <td class="when">${time(one.foundAt)}</td>
      <td>${textOf(one.words)}</td>
      <td><strong>${OUTCOMES[one.outcome]}</strong>${one.repair === null ? '' : `: ${textOf(one.repair)}`}</td>
      <td class="when">
        ${one.endedAt === null ? '' : html`${time(one.endedAt)}<br />${afterWords(one.foundAt, one.endedAt)}`}
      </td>
    </tr>`;
  return html`<h3>Incidents</h3>
    ${table(
      [
        ['Found (UTC)', 17],
        ['Outside change', 38],
        ['Outcome', 28],
        ['Ended (UTC)', 17],
      ],
      incidents.map(row),
    )}`;
}

/** How long it lasted: "after 0.4 s", "after 12 min". */
function afterWords(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  if (seconds < 120) return `after ${seconds.toFixed(1)} s`;
  return seconds < 7200 ? `after ${Math.round(seconds / 60)} min` : `after ${Math.round(seconds / 3600)} h`;
}

function historyPart(history: readonly CertifiedCheck[]): Html {
  const row = (check: CertifiedCheck): Html => {
    const failed = check.points
      .filter((point) => point.ok !== true)
      .map(({ title, ok, evidence }) => `${ok === null ? 'Not checked: ' : ''}${title}: ${evidence}`);
    const happened = check.incident === null ? [] : [`Cause: ${textOf(check.incident.words)}`];
    return html`<tr>
      <td class="when">${time(check.at)}</td>
      <td>${resultOfHost({ verdict: check.verdict, latest: check })}</td>
      <td>${check.probe ? 'yes' : ''}</td>
      <td><bdi>${check.by}</bdi></td>
      <td>${[...failed, ...happened].join('. ')}</td>
    </tr>`;
  };
  return html`<h3>Check history, newest first</h3>
    ${table(
      [
        ['When (UTC)', 22],
        ['Result', 16],
        ['Probe', 8],
        ['By', 14],
        ['Failed or not checked', 40],
      ],
      history.map(row),
    )}`;
}
