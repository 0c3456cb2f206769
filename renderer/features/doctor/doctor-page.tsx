import { useQuery } from '@tanstack/react-query';
import type { DoctorCheck } from '../../../contract';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { CommandLine } from '../../ui/command-line';
import { PageHead, Section, Waiting } from '../../ui/page';
import { Dot } from '../../ui/state';
import { CHECK_FEEL } from '../../ui/tone';
import { ErrorAlert } from '../../ui/error-alert';
import { ApiPart } from './api-part';
import { ReportButton } from './report-button';
import { RemediesPart, RunRemedy } from './remedies';
import { ScenariosPart } from './scenarios-part';
import { SessionsPart } from './sessions-part';
import { text } from './text';
import './doctor.css';

const GRAVEST: Record<DoctorCheck['state'], number> = { missing: 0, warning: 1, ok: 2 };

export function DoctorPage() {
  const doctor = useQuery(queries.doctor());
  const { data } = doctor;
  return (
    <div className="page">
      <PageHead
        title={text.title}
        sub={text.sub}
        actions={
          <>
            <ReportButton />
            <ActionButton
              variant="secondary"
              isLoading={doctor.isFetching}
              isDisabled={doctor.isFetching}
              onClick={() => void doctor.refetch()}
            >
              {text.again}
            </ActionButton>
          </>
        }
      />
      {doctor.error === null ? null : <ErrorAlert problem={toProblem(doctor.error)} />}
      {data === undefined ? (
        doctor.error === null ? (
          <Waiting />
        ) : null
      ) : (
        <>
          <div className="verdicts">
            <p className="card">
              <Dot tone={data.canRunLab ? 'ok' : 'bad'} /> {data.canRunLab ? text.lab : text.noLab}
            </p>
            <p className="card">
              <Dot tone={data.canRunVms ? (data.accelerated ? 'ok' : 'warn') : 'bad'} />{' '}
              {data.canRunVms ? `${text.vms}, ${data.accelerated ? text.fast : text.slow}` : text.noVms}
            </p>
          </div>
          <ul className="doctor-list" aria-label={text.checks}>
            {data.checks
              .filter((check) => check.state !== 'ok')
              .sort((a, b) => GRAVEST[a.state] - GRAVEST[b.state])
              .map((check) => (
                <CheckItem key={check.id} check={check} />
              ))}
          </ul>
          <RemediesPart />
          <Section title={text.inOrder}>
            <ul className="rows rows-wide">
              {data.checks
                .filter((check) => check.state === 'ok')
                .map((check) => (
                  <li key={check.id}>
                    <Dot tone="ok" label={CHECK_FEEL.ok.words} />
                    <span className="grow">{check.title}</span>
                    <span className="soft">{check.found}</span>
                  </li>
                ))}
            </ul>
          </Section>
        </>
      )}
      <ScenariosPart />
      <ApiPart />
      <SessionsPart />
    </div>
  );
}

function CheckItem({ check }: { check: DoctorCheck }) {
  const { tone, words } = CHECK_FEEL[check.state];
  return (
    <li className="card">
      <Dot tone={tone} label={words} />
      <div className="grow">
        <h2>{check.title}</h2>
        <p>{check.found}</p>
        {check.state === 'ok' ? null : <p className="soft">{check.matters}</p>}
        {check.remedy === null ? null : (
          <div className="remedy">
            <p>
              {check.remedy.words}{' '}
              {check.remedy.root && check.remedy.command !== null ? <span className="soft">({text.root})</span> : null}
            </p>
            {check.remedy.command === null ? null : (
              <>
                <CommandLine argv={check.remedy.command} />
                <RunRemedy check={check} />
              </>
            )}
          </div>
        )}
      </div>
    </li>
  );
}
