import type {
  CertifiedCheck,
  CertifiedHost,
  CheckPoint,
  Incident,
  IsolationCertificate,
  Verdict,
} from '../../contract';

/** A piece of HTML that is whole; plain strings are escaped where they are put in, so no name can become markup. */
class Html {
  constructor(readonly source: string) {}
}
type Part = string | number | Html | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');

function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const source = strings.map((text, i) => {
    const part = parts[i];
    if (part === undefined) return text;
    return text + (part instanceof Html ? part.source : Array.isArray(part) ? joined(part) : escape(String(part)));
  });
  return new Html(source.join(''));
}
const joined = (parts: readonly Html[]): string => parts.map((part) => part.source).join('');

const VERDICTS: Record<Verdict, string> = {
  isolated: 'Isolated',
  not_isolated: 'NOT isolated',
  unknown: 'Not proven',
};
const OUTCOMES: Record<Incident['outcome'], string> = {
  repaired: 'Repaired',
  open: 'Not over yet',
  failed: 'Could not be repaired so far',
};

/** Nothing is loaded from anywhere and no script runs, whatever the names say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `
:root { color-scheme: light; font: 15px/1.45 system-ui, sans-serif; color: #151515; background: #fff }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1.5rem }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; border-bottom: 1px solid #999 }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ddd }
td { overflow-wrap: anywhere } thead { display: table-header-group } tr { break-inside: avoid }
.verdict { display: inline-block; padding: .15rem .6rem; border: 2px solid; font-weight: 700 }
.isolated { color: #1e5c1e } .not_isolated { color: #8f1206 } .unknown { color: #6b4c00 }
.soft { color: #4d4d4d } @media print { body { margin: 0; max-width: none } }
`;

/** The certificate as one page that needs nothing beside it, made to be printed. All times are UTC. */
export function certificateHtml(certificate: IsolationCertificate): string {
  const { network, verdict } = certificate;
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
        <h1>Isolation of the network <bdi>${network.name}</bdi></h1>
        <p class="soft">
          Data center <bdi>${network.dataCenter}</bdi> · bridge ${network.bridge} · MTU ${network.mtu} · ${network.id}
        </p>
        <p>
          ${verdictOf(verdict)} on ${certificate.hosts.length} host${certificate.hosts.length === 1 ? '' : 's'}, as
          known ${time(certificate.issuedAt)}
        </p>
        <p class="soft">
          Issued by <bdi>${certificate.issuedBy}</bdi> with Atoll ${certificate.version}, from the store
          ${certificate.storeId}. Times are UTC. Not signed.
        </p>
        ${certificate.hosts.map(hostPart)}
        <h2>What this does not say</h2>
        <ul>
          ${certificate.limits.map((limit) => html`<li>${limit}</li>`)}
        </ul>
      </body>
    </html> `;
  return page.source;
}

const verdictOf = (verdict: Verdict): Html => html`<span class="verdict ${verdict}">${VERDICTS[verdict]}</span>`;
const time = (at: string): string => at.replace('T', ' ').replace(/\.\d+Z$/, '');

function hostPart(host: CertifiedHost): Html {
  return html`<h2>Host <bdi>${host.host}</bdi>${host.kind === 'simulated' ? ' (simulated)' : ''}</h2>
    <p>
      ${verdictOf(host.verdict)} ${host.doubt === null ? '' : `Because ${host.doubt}.`}
      <span class="soft">Last live probe: ${host.probedAt === null ? 'none' : time(host.probedAt)}.</span>
    </p>
    ${host.latest === null ? '' : checkPart(host.latest)}
    ${host.incidents.length === 0 ? html`<p class="soft">Nothing was changed from outside, as far as is known.</p>` : incidentsPart(host.incidents)}
    ${host.history.length < 2 ? '' : historyPart(host.history)}`;
}

function checkPart(check: CertifiedCheck): Html {
  return html`<h3>Last check: ${time(check.at)}, by <bdi>${check.by}</bdi>${check.probe ? ', with live probe' : ''}</h3>
    <table>
      <thead>
        <tr>
          <th>Point</th>
          <th>Holds</th>
          <th>Evidence</th>
        </tr>
      </thead>
      <tbody>
        ${check.points.map(pointRow)}
      </tbody>
    </table>`;
}

function pointRow({ title, ok, evidence }: CheckPoint): Html {
  const words = ok === null ? 'not seen' : ok ? 'yes' : 'NO';
  return html`<tr>
    <td>${title}</td>
    <td>${words}</td>
    <td>${evidence}</td>
  </tr>`;
}

function incidentsPart(incidents: readonly Incident[]): Html {
  const row = (one: Incident): Html =>
    html`<tr>
      <td>${time(one.foundAt)}</td>
      <td>${one.words}</td>
      <td>
        ${OUTCOMES[one.outcome]}${one.endedAt === null ? '' : `, ${time(one.endedAt)}`}${one.repair === null ? '' : `: ${one.repair}`}
      </td>
    </tr>`;
  return html`<h3>Incidents</h3>
    <table>
      <thead>
        <tr>
          <th>Found</th>
          <th>What was changed</th>
          <th>What came of it</th>
        </tr>
      </thead>
      <tbody>
        ${incidents.map(row)}
      </tbody>
    </table>`;
}

function historyPart(history: readonly CertifiedCheck[]): Html {
  const row = (check: CertifiedCheck): Html => {
    const failed = check.points
      .filter((point) => point.ok !== true)
      .map((point) => `${point.title}: ${point.evidence}`);
    return html`<tr>
      <td>${time(check.at)}</td>
      <td>${VERDICTS[check.verdict]}${check.probe ? ', probed' : ''}</td>
      <td><bdi>${check.by}</bdi></td>
      <td>${failed.join('; ')}</td>
    </tr>`;
  };
  return html`<h3>Checks</h3>
    <table>
      <thead>
        <tr>
          <th>When</th>
          <th>Result</th>
          <th>By</th>
          <th>What did not hold</th>
        </tr>
      </thead>
      <tbody>
        ${history.map(row)}
      </tbody>
    </table>`;
}
