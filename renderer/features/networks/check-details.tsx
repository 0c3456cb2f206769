import { useState } from 'react';
import type { CertifiedCheck, CheckPoint } from '../../../contract';
import { countsOf, isHarmless } from '../../../contract/state/check-points';
import { textOf } from '../../../english';
import { checkerName } from '../../actions/event-list';
import { Dot } from '../../ui/state';
import { Ago } from '../../ui/time';
import { type Tone, verdictFeel } from '../../ui/tone';
import { text } from './text';

/** One check: its verdict in a line, then each point with its observation, and recent outside changes if one failed. */
export function CheckDetails({ check, startOpen = false }: { check: CertifiedCheck; startOpen?: boolean }) {
  const [open, setOpen] = useState(startOpen);
  const counts = countsOf(check.points);
  // What was not checked is counted beside it, with what passed.
  const feel = verdictFeel({ verdict: check.verdict, ...counts, unchecked: 0 });
  const good = counts.points - counts.unchecked - counts.failed;
  return (
    <details className="check" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Dot tone={feel.tone} />
        <strong>{feel.words}</strong>
        <span className="soft">
          {text.pointsHold(good, check.points.length)}
          {check.probe ? `, ${text.probed}` : ''} · <Ago at={check.at} /> · {text.checkedBy(checkerName(check.by))}
        </span>
      </summary>
      {check.incident === null ? null : (
        <p>{text.hadHappened(textOf(check.incident.words), check.incident.repair && textOf(check.incident.repair))}</p>
      )}
      <ul className="rows">
        {check.points.map((point) => (
          <li key={point.id}>
            <Dot {...(point.ok === false && isHarmless(point.id) ? HARMLESS : POINT[`${point.ok}`])} />
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

const POINT: Record<`${CheckPoint['ok']}`, { tone: Tone; label: string }> = {
  true: { tone: 'ok', label: text.holds },
  false: { tone: 'bad', label: text.holdsNot },
  null: { tone: 'unknown', label: text.notChecked },
};

/** It fails, and nothing gets in or out by it. */
const HARMLESS: { readonly tone: Tone; readonly label: string } = { tone: 'warn', label: text.holdsNot };
