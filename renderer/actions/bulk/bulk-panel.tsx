import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { useState } from 'react';
import { Dot } from '../../ui/state';
import type { Tone } from '../../ui/tone';
import { RemedyView } from '../remedies/remedy-view';
import { text } from '../text';
import './bulk.css';
import type { ItemState } from './run';
import { type BulkRun, closeRun, useBulkRuns } from './runs';

const TONE: Record<ItemState['kind'], Tone> = {
  waiting: 'off',
  running: 'busy',
  done: 'ok',
  failed: 'bad',
  left: 'off',
};
/** Worst first: what needs attention. */
const RANK: Record<ItemState['kind'], number> = { failed: 0, running: 1, waiting: 2, left: 3, done: 4 };
/** The list shows at most this many lines; failures come first. */
const LINES = 200;

/** The progress of this window's bulk actions: one list each, with failures and their reasons. */
export function BulkPanel() {
  const runs = useBulkRuns();
  if (runs.length === 0) return null;
  return (
    <aside className="bulk-panel" aria-label={text.bulkRuns}>
      {runs.map((run) => (
        <Run key={run.number} run={run} />
      ))}
    </aside>
  );
}

function Run({ run }: { run: BulkRun }) {
  const [open, setOpen] = useState(false);
  const count = (kind: ItemState['kind']): number => run.items.filter(({ state }) => state.kind === kind).length;
  const [done, failed, left] = [count('done'), count('failed'), count('left')];
  const unfolded = open || failed > 0;
  return (
    <section className="bulk-run" aria-label={run.title}>
      <header>
        <strong className="grow">{run.title}</strong>
        {run.ended ? (
          <Button
            variant="plain"
            size="sm"
            icon={<TimesIcon />}
            aria-label={text.closeRun(run.title)}
            onClick={() => closeRun(run.number)}
          />
        ) : (
          <Button variant="link" size="sm" onClick={run.stop}>
            {text.stopRest}
          </Button>
        )}
      </header>
      <progress max={run.items.length} value={done + failed + left} aria-label={run.title} />
      <p role="status">
        {text.bulkStands(done, run.items.length, failed, left)}{' '}
        <Button variant="link" isInline size="sm" aria-expanded={unfolded} onClick={() => setOpen(!open)}>
          {unfolded ? text.fewer : text.each}
        </Button>
      </p>
      {unfolded ? <Items run={run} onlyFailed={!open} /> : null}
    </section>
  );
}

function Items({ run, onlyFailed }: { run: BulkRun; onlyFailed: boolean }) {
  const items = run.items
    .filter(({ state }) => !onlyFailed || state.kind === 'failed')
    .sort((a, b) => RANK[a.state.kind] - RANK[b.state.kind]);
  return (
    <ul className="rows" tabIndex={0} aria-label={text.each}>
      {items.slice(0, LINES).map(({ id, name, state }) => (
        <li key={id}>
          <Dot tone={TONE[state.kind]} label={text.itemStates[state.kind]} />
          <span className="grow">
            {name}
            {state.kind === 'failed' ? (
              <small className="block bad">
                {state.message}
                {state.remedy === null ? null : (
                  <span className="block soft">
                    <RemedyView remedy={state.remedy} />
                  </span>
                )}
              </small>
            ) : null}
          </span>
          <small className="soft">{text.itemStates[state.kind]}</small>
        </li>
      ))}
      {items.length > LINES ? <li className="soft">{text.andMore(items.length - LINES)}</li> : null}
    </ul>
  );
}
