import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { IsolationCheck, Network } from '../../../contract';
import { useHosts, isSimulated } from '../../actions/use-names';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { Act } from '../../ui/act';
import { Section } from '../../ui/page';
import { Dot } from '../../ui/state';
import { SimulatedTag } from '../../ui/tags';
import { Ago } from '../../ui/time';
import { VERDICT_FEEL } from '../../ui/tone';
import { Trouble } from '../../ui/trouble';
import { text } from './text';

/** The latest check of each host: the verdict, and for each point what was seen. */
export function IsolationPart({ network, checks }: { network: Network; checks: readonly IsolationCheck[] }) {
  const check = useMutation({ mutationFn: (probe: boolean) => client.networks.check({ network: network.id, probe }) });
  const latest = latestPerHost([...(check.data ?? []), ...checks]);
  if (!network.isIsolated) return null;
  return (
    <Section
      title="Isolation"
      tools={
        <span className="acts-row">
          <Act
            variant="secondary"
            size="sm"
            isLoading={check.isPending && check.variables === false}
            isDisabled={check.isPending}
            onClick={() => check.mutate(false)}
          >
            {text.check}
          </Act>
          <Act
            variant="secondary"
            size="sm"
            title={text.probeMeans}
            isLoading={check.isPending && check.variables === true}
            isDisabled={check.isPending}
            onClick={() => check.mutate(true)}
          >
            {text.probe}
          </Act>
        </span>
      }
    >
      {check.error === null ? null : <Trouble problem={toProblem(check.error)} />}
      {latest.length === 0 ? <p className="soft">{text.neverChecked}</p> : null}
      {latest.map((one) => (
        <CheckOnHost key={one.id} check={one} />
      ))}
    </Section>
  );
}

function latestPerHost(checks: readonly IsolationCheck[]): IsolationCheck[] {
  const latest = new Map<string, IsolationCheck>();
  for (const check of checks) if ((latest.get(check.hostId)?.at ?? '') < check.at) latest.set(check.hostId, check);
  return [...latest.values()];
}

function CheckOnHost({ check }: { check: IsolationCheck }) {
  const host = useHosts().get(check.hostId);
  const bad = check.points.some((point) => point.ok !== true);
  const [open, setOpen] = useState(bad);
  const feel = VERDICT_FEEL[check.verdict];
  const good = check.points.filter((point) => point.ok === true).length;
  return (
    <details className="check" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Dot tone={feel.tone} />
        <strong>{feel.words}</strong> on {host?.name ?? check.hostId} {isSimulated(host) ? <SimulatedTag /> : null}
        <span className="soft">
          {' '}
          {good} of {check.points.length} points hold{check.probe ? ', probed' : ''} · <Ago at={check.at} /> · by{' '}
          {check.by}
        </span>
      </summary>
      <ul className="rows">
        {check.points.map((point) => (
          <li key={point.id}>
            <Dot
              tone={point.ok === true ? 'ok' : point.ok === false ? 'bad' : 'unknown'}
              label={point.ok === true ? 'holds' : point.ok === false ? 'does not hold' : 'could not be looked at'}
            />
            <span className="grow">
              {point.title}
              <small className="soft block">{point.evidence}</small>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
