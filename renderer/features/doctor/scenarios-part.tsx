import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Scenario } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Section } from '../../ui/page';
import { sizeWords } from '../../ui/size-words';
import { Dot } from '../../ui/state';
import { SimulatedTag } from '../../ui/tags';
import { ErrorAlert } from '../../ui/error-alert';
import { text as actions } from '../../actions/text';
import { text } from './text';

/** The simulated data centers: create, reset with one click, remove. */
export function ScenariosPart() {
  const scenarios = useQuery(queries.scenarios()).data ?? [];
  const jobs = useQuery(queries.jobs()).data ?? [];
  const underWay = jobs.some((job) => job.kind.startsWith('scenario.') && ['queued', 'running'].includes(job.state));
  return (
    <Section title={text.scenarios} tools={<SimulatedTag />}>
      <p className="soft">{text.scenariosMeans}</p>
      <ul className="rows">
        {scenarios.map((scenario) => (
          <ScenarioItem key={scenario.id} scenario={scenario} why={underWay ? text.underWay : null} />
        ))}
      </ul>
    </Section>
  );
}

/** `why`: why it can't be changed now. */
function ScenarioItem({ scenario, why }: { scenario: Scenario; why: string | null }) {
  const { id, title, words, size, dataCenterId } = scenario;
  const [asking, setAsking] = useState(false);
  const command = useCommand((verb: 'add' | 'reset') =>
    verb === 'add' ? client.demo.add({ simulated: true, scenario: id }) : client.demo.reset({ scenario: id }),
  );
  const there = dataCenterId !== null;
  const shared = { size: 'sm', variant: 'secondary', why, isDisabled: command.busy } as const;
  return (
    <li>
      <Dot tone={there ? 'ok' : 'off'} label={there ? text.there : text.notThere} />
      <span className="grow">
        {title} <small className="soft">· {sizeWords(size)}</small>
        <small className="block soft">{words}</small>
        <ErrorAlert problem={command.problem} />
      </span>
      {there ? (
        <>
          <ActionButton {...shared} aria-label={text.resetOf(title)} onClick={() => void command.run('reset')}>
            {text.reset}
          </ActionButton>
          <ActionButton
            {...shared}
            variant="link"
            isDanger
            aria-label={text.removeOf(title)}
            onClick={() => setAsking(true)}
          >
            {actions.ask(text.remove)}
          </ActionButton>
        </>
      ) : (
        <ActionButton {...shared} aria-label={text.makeOf(title)} onClick={() => void command.run('add')}>
          {text.make}
        </ActionButton>
      )}
      {asking ? (
        <Confirm
          title={text.removeTitle(title)}
          words={text.removeMeans}
          submit={text.remove}
          danger
          call={(dryRun) => client.demo.remove({ simulated: true, scenario: id, dryRun })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </li>
  );
}
