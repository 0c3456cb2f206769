import { useState } from 'react';
import type { CertifiedCheck, CheckPoint } from '../../../contract';
import { textOf } from '../../../english';
import { Dot } from '../../ui/state';
import { Ago } from '../../ui/time';
import { type Tone, VERDICT_FEEL } from '../../ui/tone';
import { text } from './text';

/** One check: its verdict in a line, then each point with its observation, and recent outside changes if one failed. */
export function CheckDetails({ check, startOpen = false }: { check: CertifiedCheck; startOpen?: boolean }) {
  const [open, setOpen] = useState(startOpen);
  const feel = VERDICT_FEEL[check.verdict];
  const good = check.points.filter((point) => point.ok === true).length;
  return (
    <details className="check" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Dot tone={feel.tone} />
        <strong>{feel.words}</strong>
        <span className="soft">
          {text.pointsHold(good, check.points.length)}
          {check.probe ? `, ${text.probed}` : ''} · <Ago at={check.at} /> · {text.checkedBy(check.by)}
        </span>
      </summary>
      {check.incident === null ? null : (
        <p>{text.hadHappened(textOf(check.incident.words), check.incident.repair && textOf(check.incident.repair))}</p>
      )}
      <ul className="rows">
        {check.points.map((point) => (
          <li key={point.id}>
            <Dot {...POINT[String(point.ok) as keyof typeof POINT]} />
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
