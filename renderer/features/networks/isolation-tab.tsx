import { useMutation, useQuery } from '@tanstack/react-query';
import type { CertifiedHost, Incident, IsolationCertificate, Network } from '../../../contract';
import { CheckButtons, useIsolationCheck } from '../../actions/check-buttons';
import { certificateHtml, latestPoints, textOf, withTexts } from '../../../english';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { Section, Waiting } from '../../ui/page';
import { saveFile } from '../../ui/save-file';
import { Dot } from '../../ui/state';
import { SimulatedTag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { INCIDENT_FEEL, VERDICT_FEEL, verdictFeel } from '../../ui/tone';
import { ErrorAlert } from '../../ui/error-alert';
import { CheckDetails } from './check-details';
import { text } from './text';

/** The isolation of a network: the certificate, the checks that renew it, and its export. */
export function IsolationTab({ network }: { network: Network }) {
  const { data, error } = useQuery(queries.certificate(network.id));
  const check = useIsolationCheck(network.id);
  const save = useMutation({ mutationFn: (page: boolean) => saveCertificate(network, page) });
  if (!network.isIsolated) return <p className="soft">{text.notMeantIsolated}</p>;
  if (error !== null && data === undefined) return <ErrorAlert problem={toProblem(error)} />;
  if (data === undefined) return <Waiting />;
  const { certificate } = data;
  const failed = check.error ?? save.error;
  return (
    <>
      <div className="certificate-head">
        <Verdict certificate={certificate} />
        <span className="acts-row">
          <CheckButtons check={check} words={text} />
          <ActionButton variant="secondary" isDisabled={save.isPending} onClick={() => save.mutate(true)}>
            {text.savePage}
          </ActionButton>
          <ActionButton variant="secondary" isDisabled={save.isPending} onClick={() => save.mutate(false)}>
            {text.saveJson}
          </ActionButton>
        </span>
      </div>
      {failed === null ? null : <ErrorAlert problem={toProblem(failed)} />}
      {certificate.hosts.length === 0 ? <p className="soft">{text.onNoHost}</p> : null}
      <div className="certificate-hosts">
        {certificate.hosts.map((host) => (
          <HostPart key={host.hostId} host={host} />
        ))}
      </div>
      <Section title={text.limits}>
        <ul className="plain-list soft">
          {certificate.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      </Section>
    </>
  );
}

/** The bridge's name consists of letters, digits, `-` and `_`: a valid file name everywhere. */
async function saveCertificate(network: Network, page: boolean): Promise<void> {
  const { certificate } = await client.networks.certificate({ network: network.id, history: 200 });
  const name = `isolation-${network.bridge}-${certificate.issuedAt.slice(0, 10)}`;
  if (page) saveFile(`${name}.html`, 'text/html', certificateHtml(certificate));
  else saveFile(`${name}.json`, 'application/json', `${JSON.stringify(withTexts(certificate), null, 2)}\n`);
}

/** The verdict says no more than its points: what was not checked is counted beside it. */
function Verdict({ certificate: { verdict, hosts } }: { certificate: IsolationCertificate }) {
  const holding = hosts.filter((host) => host.verdict === 'isolated').length;
  const points = latestPoints(hosts);
  // What was not checked is counted behind it.
  const feel = verdictFeel({ verdict, ...points, unchecked: 0 });
  return (
    <p className="certificate-verdict" role="status">
      <Dot tone={feel.tone} />
      <strong>{feel.words}</strong>
      <span className="soft">
        {hosts.length === 0
          ? ''
          : points.unchecked === 0 && points.failed === 0
            ? text.provenOn(holding, hosts.length)
            : text.partlyOn(points.points - points.unchecked, points.points, holding, hosts.length)}
      </span>
    </p>
  );
}

function HostPart({ host }: { host: CertifiedHost }) {
  const earlier = host.history.slice(1);
  return (
    <Section title={host.host} isName tools={host.kind === 'simulated' ? <SimulatedTag /> : null}>
      {host.doubt === null ? null : (
        <p className={host.latest === null ? 'soft' : 'bad'}>
          {VERDICT_FEEL[host.verdict].words}: {textOf(host.doubt)}.
        </p>
      )}
      {host.latest === null ? null : <CheckDetails check={host.latest} startOpen />}
      <p className="soft">
        {text.lastProbe} <Ago at={host.probedAt} none={text.noProbe} />
      </p>
      <h3>{text.incidents}</h3>
      {host.incidents.length === 0 ? <p className="soft">{text.noIncidents}</p> : null}
      <ol className="rows">
        {host.incidents.map((incident) => (
          <IncidentRow key={`${incident.foundAt} ${textOf(incident.words)}`} incident={incident} />
        ))}
      </ol>
      {earlier.length === 0 ? null : <h3>{text.earlier}</h3>}
      {earlier.map((check) => (
        <CheckDetails key={check.id} check={check} />
      ))}
    </Section>
  );
}

function IncidentRow({ incident }: { incident: Incident }) {
  const feel = INCIDENT_FEEL[incident.outcome];
  return (
    <li>
      <Dot tone={feel.tone} label={feel.words} />
      <span className="grow">
        {textOf(incident.words)}
        <small className="soft block">
          {feel.words}
          {incident.endedAt === null ? '' : ` ${text.later(secondsBetween(incident.foundAt, incident.endedAt))}`}
          {incident.repair === null ? '' : `: ${textOf(incident.repair)}`}
        </small>
      </span>
      <small className="soft">
        <Ago at={incident.foundAt} />
      </small>
    </li>
  );
}

const secondsBetween = (from: string, to: string): number =>
  Math.round(Math.max(0, Date.parse(to) - Date.parse(from)) / 100) / 10;
