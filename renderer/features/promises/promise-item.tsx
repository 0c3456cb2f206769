import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { IsolationPromise, Measurement, PromiseFinding, VerifiedPromise } from '../../../contract';
import { pathText, textOf } from '../../../english';
import { Confirm } from '../../actions/confirm';
import { RemedyView } from '../../actions/remedies/remedy-view';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { momentWords, sinceWords } from '../../ui/language';
import { Waiting } from '../../ui/page';
import { Dot } from '../../ui/state';
import { PROMISE_FEEL } from '../../ui/tone';
import { EditPromise } from './edit-promise';
import { text } from './text';

interface Props {
  readonly promise: IsolationPromise;
  /** The last live verification of this window; undefined: none. */
  readonly verified: VerifiedPromise | undefined;
}

/** One promise: its state, what breaks it and on which path, what was measured, and when it was not kept. */
export function PromiseItem({ promise, verified: last }: Props) {
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [editing, setEditing] = useState(false);
  const { sentence, note, since } = promise;
  // What was measured before the promise changed its state says nothing about now.
  const verified = last?.promise.since === since ? last : undefined;
  const state = verified?.state ?? promise.state;
  const findings = verified?.findings ?? promise.findings;
  return (
    <li className="promise">
      <Dot tone={PROMISE_FEEL[state].tone} label={PROMISE_FEEL[state].words} />
      <div className="grow">
        <strong>{sentence}</strong>{' '}
        <small className="soft">
          {PROMISE_FEEL[state].words} {text.since(sinceWords(since, new Date()))} · {text.enforced[promise.severity]}
        </small>
        {note === '' ? null : <small className="block soft">{note}</small>}
        <Findings id={promise.id} findings={findings} />
        {verified === undefined || verified.measurements.length === 0 ? null : (
          <Measured measurements={verified.measurements} />
        )}
        {open ? <History id={promise.id} /> : null}
      </div>
      <ActionButton
        variant="link"
        size="sm"
        aria-label={text.detailsOf(sentence)}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {text.details}
      </ActionButton>
      <ActionButton variant="link" size="sm" aria-label={text.editOf(sentence)} onClick={() => setEditing(true)}>
        {text.edit}
      </ActionButton>
      <ActionButton
        variant="link"
        size="sm"
        isDanger
        aria-label={text.removeOf(sentence)}
        onClick={() => setRemoving(true)}
      >
        {text.remove}
      </ActionButton>
      {editing ? <EditPromise promise={promise} onClose={() => setEditing(false)} /> : null}
      {removing ? (
        <Confirm
          title={text.removeTitle}
          words={text.removeMeans(sentence)}
          submit={text.removeIt}
          danger
          call={(dryRun) => client.promises.remove({ promise: promise.id, dryRun })}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </li>
  );
}

function Findings({ id, findings }: { id: string; findings: readonly PromiseFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="promise-findings">
      {findings.map(({ message, path, remedy }, index) => (
        <li key={index}>
          {textOf(message)}
          {path.length === 0 ? null : (
            <small className="block">
              <span className="mono">{text.path(pathText(path))}</span> <OnMap id={id} />
            </small>
          )}
          {remedy === null ? null : (
            <small className="block">
              <RemedyView remedy={remedy} />
            </small>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The map with the path that breaks it. */
const OnMap = ({ id }: { id: string }) => (
  <Link to="/" search={{ promise: id }}>
    {text.onMap}
  </Link>
);

function Measured({ measurements }: { measurements: readonly Measurement[] }) {
  const said = (value: boolean | null, unsaid: string): string =>
    value === null ? unsaid : value ? text.says.reaches : text.says.not;
  return (
    <table className="promise-measured">
      <thead>
        <tr>
          {[text.connection, text.how, text.predicted, text.measured, text.detail].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {measurements.map((one, index) => {
          const differs = one.predicted !== null && one.measured !== null && one.predicted !== one.measured;
          return (
            <tr key={index} className={differs ? 'bad' : undefined}>
              <td>
                {one.from} → {one.to}
              </td>
              <td>{text.howWords(one.what, one.port, one.by === 'agent')}</td>
              <td>{said(one.predicted, text.says.unknown)}</td>
              <td>
                {said(one.measured, text.says.notMeasured)}
                {differs ? <strong> {text.differs}</strong> : null}
              </td>
              <td>{one.detail}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Loaded when it is opened, and again with each change of the promise's state. */
function History({ id }: { id: string }) {
  const { data } = useQuery(queries.promise(id));
  if (data === undefined) return <Waiting lines={2} />;
  return (
    <div className="promise-history">
      <h3>{text.history}</h3>
      {data.breaches.length === 0 ? <p className="soft">{text.noHistory}</p> : null}
      <ul>
        {data.breaches.map((breach) => (
          <li key={breach.id}>
            <Dot tone={PROMISE_FEEL[breach.state].tone} label={PROMISE_FEEL[breach.state].words} />{' '}
            {text.fromUntil(momentWords(breach.from), breach.until === null ? null : momentWords(breach.until))}
            {breach.by === null ? null : <span className="soft"> {text.by(breach.by)}</span>}
            {breach.findings.map(({ message }, index) => (
              <small key={index} className="block soft">
                {textOf(message)}
              </small>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
