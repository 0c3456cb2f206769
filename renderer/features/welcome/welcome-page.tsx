import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import './welcome.css';
import { DemoProgress } from './demo-progress';
import { ScenarioChoice } from './scenario-choice';
import { text } from './text';

/** First run: two ways to a running demo, one click each. */
export function WelcomePage() {
  const navigate = useNavigate();
  const doctor = useQuery(queries.doctor());
  const scenarios = useQuery(queries.scenarios()).data ?? [];
  const [scenario, setScenario] = useState('laptop-lab');
  const [job, setJob] = useState<string | null>(null);
  const [outside, setOutside] = useState(false);
  const demo = useCommand((simulated: boolean) => client.demo.add(simulated ? { simulated, scenario } : { outside }));
  const begin = async (simulated: boolean): Promise<void> => {
    const answer = await demo.run(simulated);
    if (answer === null) return;
    if (answer.job === null) void navigate({ to: '/' });
    else setJob(answer.job);
  };
  const canLab = doctor.data?.canRunLab === true && doctor.data.canRunVms;
  const gaps = doctor.data?.checks.filter((check) => check.state === 'missing') ?? [];
  return (
    <div className="welcome">
      <Archipelago />
      <h1>{text.title}</h1>
      <p className="welcome-lead">{text.lead}</p>
      {job === null ? (
        <div className="welcome-ways">
          <section className="card">
            <h2>{text.lab}</h2>
            <p>{text.labMeans}</p>
            {doctor.isPending ? <p className="soft">{text.looking}</p> : null}
            {doctor.data !== undefined && !canLab ? (
              <p className="welcome-gap">
                {text.missing} {gaps.map((gap) => gap.title).join(', ')}. <Link to="/doctor">{text.toDoctor}</Link>
              </p>
            ) : null}
            {canLab ? <p className="soft">{doctor.data?.accelerated === true ? text.kvm : text.tcg}</p> : null}
            <Checkbox
              id="demo-outside"
              label={text.outside}
              description={text.outsideMeans}
              isChecked={outside}
              isDisabled={!canLab || demo.busy}
              onChange={(_, checked) => setOutside(checked)}
            />
            <ActionButton
              variant="primary"
              size="lg"
              isLoading={demo.busy}
              isDisabled={!canLab || demo.busy}
              onClick={() => void begin(false)}
            >
              {text.labGo}
            </ActionButton>
          </section>
          <section className="card">
            <h2>{text.simulated}</h2>
            <p>{text.simulatedMeans}</p>
            <ScenarioChoice scenarios={scenarios} selected={scenario} onSelect={setScenario} />
            <p className="soft">{text.simulatedNote}</p>
            <ActionButton
              variant={canLab || doctor.isPending ? 'secondary' : 'primary'}
              size="lg"
              isLoading={demo.busy}
              isDisabled={demo.busy}
              onClick={() => void begin(true)}
            >
              {text.simulatedGo}
            </ActionButton>
          </section>
        </div>
      ) : (
        <DemoProgress job={job} onDone={() => void navigate({ to: '/' })} onBack={() => setJob(null)} />
      )}
      <ErrorAlert problem={demo.problem} />
      {job === null ? (
        <p className="soft">
          {text.own}{' '}
          <Link to="/hosts" search={{ new: true }}>
            {text.ownGo}
          </Link>
        </p>
      ) : null}
    </div>
  );
}

/** An illustration: two islands with one VM on both. */
function Archipelago() {
  return (
    <svg className="archipelago" viewBox="0 0 420 120" aria-hidden="true">
      <rect x="20" y="18" width="160" height="84" rx="26" className="net-blue island-shape" />
      <rect x="240" y="18" width="160" height="84" rx="26" className="net-green island-shape" />
      <path d="M180 60 H196 M224 60 H240" className="island-bar" />
      <rect x="196" y="48" width="28" height="24" rx="12" className="island-vm" />
      {[
        [42, 34],
        [96, 34],
        [60, 66],
        [118, 66],
        [264, 34],
        [322, 34],
        [290, 66],
      ].map(([x, y]) => (
        <rect key={`${x}/${y}`} x={x} y={y} width="44" height="22" rx="6" className="island-vm" />
      ))}
    </svg>
  );
}
