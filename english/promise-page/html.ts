import type {
  CertifiedHost,
  Measurement,
  PromiseFinding,
  PromisePage,
  PromiseState,
  VerifiedPromise,
} from '../../contract';
import { Html, html } from '../certificate/markup';
import { STYLE } from '../certificate/style';
import { lookOf, verdictWords } from '../certificate/verdict-words';
import { pathText } from '../promise-path';
import { textOf } from '../text-of';
import { durationText } from '../wording';

/** Nothing is loaded from anywhere and no script runs, whatever the names say. The data block is no script. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";
/** What encloses the signed data; `readPromisePage` searches for it. */
export const DATA_BEGINS = '<script type="application/json" id="atoll-promise-page">';
export const DATA_ENDS = '</script>';

const STATES: Readonly<Record<PromiseState, { words: string; look: string; sign: string }>> = {
  kept: { words: 'Kept', look: 'isolated', sign: '✓' },
  broken: { words: 'BROKEN', look: 'not_isolated', sign: '✗' },
  unknown: { words: 'Unknown', look: 'unknown', sign: '?' },
  no_subject: { words: 'Without a subject', look: 'unknown', sign: '?' },
};
const result = (state: PromiseState): Html =>
  html`<span class="result ${STATES[state].look}">${STATES[state].sign} ${STATES[state].words}</span>`;
const time = (at: string): string => at.replace('T', ' ').replace(/\.\d+Z$/, '');

/** The signed page as HTML that needs nothing beside it, made to be printed. It has the signed data in it. All times are UTC. */
export function promisePageHtml(page: PromisePage): string {
  const { content, signature } = page;
  const { verification } = content;
  const { promises, verdict } = verification;
  const kept = promises.filter(({ state }) => state === 'kept').length;
  // `<` could end the data block.
  const data = JSON.stringify(page).replaceAll('<', '\\u003c');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width" />
        <title>Promises of ${verification.dataCenter}</title>
        <style>
          ${new Html(STYLE.replace('isolation certificate', 'promises'))}
        </style>
      </head>
      <body>
        <main>
          <div class="head">Atoll <span>Promises of isolation</span></div>
          <h1>Promises of <bdi>${verification.dataCenter}</bdi></h1>
          <div class="seal ${STATES[verdict].look}">
            <div>
              <strong>${STATES[verdict].words}</strong>
              <span>
                ${kept} of ${promises.length} promises kept as of ${time(verification.at)} UTC,
                ${verification.live ? 'predicted and measured.' : 'predicted from what is plugged in; not measured.'}
              </span>
            </div>
          </div>
          <dl>
            ${fact('Issued', html`${time(content.issuedAt)} UTC, by <bdi>${content.issuedBy}</bdi>`)}
            ${fact('Atoll database', html`<span class="mono">${verification.storeId}</span>`)}
            ${fact('Product and format', html`Atoll ${verification.version}, <span class="mono">${content.format}</span>`)}
            ${fact('SHA-256 of the content', html`<span class="mono">${signature.sha256}</span>`)}
            ${fact('Public key (Ed25519)', html`<span class="mono">${signature.publicKey}</span>`)}
          </dl>
          <p class="soft">
            To check the signature, and that this page shows what was signed, run
            <code>atoll verify --page FILE</code>.
          </p>
          ${promises.map((one) => promisePart(one, page))} ${certificatesPart(page)}
        </main>
        ${new Html(`${DATA_BEGINS}${data}${DATA_ENDS}`)}
      </body>
    </html> `.source;
}

const fact = (name: string, value: Html): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

function promisePart({ promise, state, findings, measurements }: VerifiedPromise, { content }: PromisePage): Html {
  const breaches = content.breaches.filter(({ promiseId }) => promiseId === promise.id);
  return html`<section>
    <h2><bdi>${promise.sentence}</bdi></h2>
    <p>
      ${result(state)}
      ${promise.severity === 'refuse' ? 'Commands that would break it are refused.' : 'Commands that would break it warn.'}
    </p>
    ${promise.note === '' ? '' : html`<p><bdi>${promise.note}</bdi></p>`}
    <p class="soft">Predicted: ${STATES[promise.state].words.toLowerCase()} since ${time(promise.since)} UTC</p>
    ${
      findings.length === 0
        ? ''
        : html`<ul>
            ${findings.map(findingItem)}
          </ul>`
    }
    ${measurements.length === 0 ? '' : measuredTable(measurements)}
    <h3>Times in which it was not kept</h3>
    ${
      breaches.length === 0
        ? html`<p class="soft">None recorded.</p>`
        : table(
            ['From (UTC)', 'Until (UTC)', 'Duration', 'Cause'],
            breaches.map(
              ({ from, until, findings: found, by, state: was }) =>
                html`<tr>
                  <td class="when">${time(from)}</td>
                  <td class="when">${until === null ? 'ongoing' : time(until)}</td>
                  <td>
                    ${until === null ? '' : durationText(Math.round((Date.parse(until) - Date.parse(from)) / 1000))}
                  </td>
                  <td>
                    ${STATES[was].words}${by === null ? '' : html` (by <bdi>${by}</bdi>)`}:
                    ${found.map(
                      ({ message, path }, i) =>
                        html`${i === 0 ? '' : '; '}${textOf(message)}${path.length === 0 ? '' : html` <span class="mono">(${pathText(path)})</span>`}`,
                    )}
                  </td>
                </tr>`,
            ),
          )
    }
  </section>`;
}

const findingItem = ({ message, path }: PromiseFinding): Html =>
  html`<li>${textOf(message)}${path.length === 0 ? '' : html`<br /><span class="mono">${pathText(path)}</span>`}</li>`;

const said = (value: boolean | null, unsaid: string): string =>
  value === null ? unsaid : value ? 'reaches' : 'does not reach';

const measuredTable = (measurements: readonly Measurement[]): Html =>
  table(
    ['From', 'To', 'How', 'Predicted', 'Measured', 'Detail'],
    measurements.map(
      ({ from, to, by, what, port, predicted, measured, detail }) =>
        html`<tr>
          <td><bdi>${from}</bdi></td>
          <td><bdi>${to}</bdi></td>
          <td>
            ${what === 'tcp' ? `TCP ${port ?? ''}` : what.toUpperCase()}, ${by === 'agent' ? 'in the guest' : 'probe'}
          </td>
          <td>${said(predicted, 'not known')}</td>
          <td>
            ${predicted !== null && measured !== null && predicted !== measured ? html`<strong>${said(measured, '')}</strong>` : said(measured, 'not measured')}
          </td>
          <td>${detail}</td>
        </tr>`,
    ),
  );

const table = (heads: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

const resultOf = ({ verdict, latest }: Pick<CertifiedHost, 'verdict' | 'latest'>): Html =>
  html`<span class="result ${lookOf(verdict, [{ latest }])}">${verdictWords(verdict, [{ latest }])}</span>`;

function certificatesPart({ content: { certificates } }: PromisePage): Html {
  return html`<section>
    <h2>Certificates of the networks</h2>
    ${
      certificates.length === 0
        ? html`<p class="soft">There is no isolated network.</p>`
        : table(
            ['Network', 'Result', 'Host', 'Last check (UTC)', 'Live probe (UTC)', 'Incidents'],
            certificates.flatMap(({ network, verdict, hosts }) =>
              (hosts.length === 0 ? [null] : hosts).map(
                (host) =>
                  html`<tr>
                    <td><bdi>${network.name}</bdi></td>
                    <td>${resultOf(host ?? { verdict, latest: null })}</td>
                    <td><bdi>${host?.host ?? 'none'}</bdi></td>
                    <td class="when">${host?.latest ? time(host.latest.at) : 'none'}</td>
                    <td class="when">${host?.probedAt ? time(host.probedAt) : 'none'}</td>
                    <td>${host?.incidents.length ?? 0}</td>
                  </tr>`,
              ),
            ),
          )
    }
  </section>`;
}
