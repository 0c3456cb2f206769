import { resolve } from 'node:path';
import type { IsolationCertificate } from '../../contract';
import { AppError } from '../../contract/app-error';
import { certificateHtml, latestPoints, textOf, withTexts } from '../../english';
import { note } from '../../contract/remedy';
import type { Output } from '../output';
import type { Run } from '../spec';
import { localTime, verdictWords, words } from '../text/units';
import { given, writeNew } from './shared';

/** Prints the certificate to stdout or a file. Exits like `network check` if a network is not proven isolated. */
export const networkCertificate: Run = async ({ input, out, engine }) => {
  const network = input.arg('NETWORK');
  const html = input.flag('html');
  if (html && out.asJson && input.text('out') === undefined)
    throw new AppError('BAD_INPUT', "HTML can't be printed as JSON.", {
      field: 'html',
      remedy: note('Add --out FILE, or omit --html or --json.'),
    });
  const { client } = await engine();
  if (input.flag('probe')) await client.networks.check({ network, probe: true });
  const made = await client.networks.certificate({ network, ...given({ history: input.number('history') }) });
  const { certificate } = made;
  const page = html ? certificateHtml(certificate) : `${JSON.stringify(withTexts(certificate), null, 2)}\n`;
  const path = input.text('out');
  if (path !== undefined) {
    const file = resolve(path);
    await writeNew(file, page);
    const { verdict } = certificate;
    out.answer({ file, verdict }, () => out.line(`${words(verdict)}: the certificate was written to ${file}.`));
  } else if (html) out.raw(page);
  else out.answer(certificate, () => show(out, certificate));
  if (certificate.verdict === 'isolated') return;
  throw new AppError(
    'RULE_BROKEN',
    `The network ${certificate.network.name} is not proven isolated: ${why(certificate)}.`,
    {
      remedy: note(`Check it: atoll network check ${certificate.network.id} --probe`),
    },
  );
};

function why({ hosts }: IsolationCertificate): string {
  if (hosts.length === 0) return 'no host has it';
  const doubtful = hosts.filter(({ verdict }) => verdict !== 'isolated');
  return doubtful
    .map(({ host, verdict, doubt }) => `on ${host} ${doubt === null ? `it is ${words(verdict)}` : textOf(doubt)}`)
    .join('; ');
}

function show(out: Output, { network, verdict, hosts, limits }: IsolationCertificate): void {
  out.line(`${network.name}: ${verdictWords({ verdict, ...latestPoints(hosts), unchecked: 0 })}`);
  for (const { host, latest, doubt, incidents, history, kind } of hosts) {
    out.line();
    out.line(`on ${host}${kind === 'simulated' ? ' (simulated)' : ''}${doubt === null ? '' : `: ${textOf(doubt)}`}`);
    if (latest !== null)
      out.line(`  last check ${localTime(latest.at)} by ${latest.by}${latest.probe ? ', with live probe' : ''}`);
    for (const point of latest?.points ?? [])
      out.line(
        `    ${point.ok === null ? 'not checked' : point.ok ? 'ok' : 'FAILED'}  ${point.title}: ${point.evidence}`,
      );
    for (const { foundAt, words: found, outcome, repair } of incidents)
      out.line(
        `  ${localTime(foundAt)}  ${textOf(found)} -- ${outcome}${repair === null ? '' : `: ${textOf(repair)}`}`,
      );
    out.line(`  ${history.length} check${history.length === 1 ? '' : 's'} listed`);
  }
  out.line();
  for (const limit of limits) out.line(`* ${limit}`);
}
