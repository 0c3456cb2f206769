import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { parsePromise, type PromiseSeverity } from '../../../contract';
import { textOf } from '../../../english';
import { CommandDialog } from '../../actions/command-dialog';
import { client } from '../../api/client';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ErrorAlert } from '../../ui/error-alert';
import { ChoiceField, TextField } from '../../ui/fields';
import { Dot } from '../../ui/state';
import { PROMISE_FEEL } from '../../ui/tone';
import { SeverityField } from './severity-field';
import { text } from './text';

/** The data centers, first those that have networks to promise something of. Undefined until loaded. */
function useDataCenters() {
  const all = useQuery(queries.dataCenters()).data;
  const networks = useQuery(queries.networks()).data;
  const has = (id: string): boolean => networks?.some(({ dataCenterId }) => dataCenterId === id) === true;
  return networks && all && [...all].sort((a, b) => Number(has(b.id)) - Number(has(a.id)));
}

/** A sentence is parsed while it is typed; a whole one is evaluated by a dry run, so that its state is known before it is added. */
export function AddPromise({ onClose }: { onClose: () => void }) {
  const [sentence, setSentence] = useState('');
  const [severity, setSeverity] = useState<PromiseSeverity>('refuse');
  const [note, setNote] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const places = useDataCenters();
  const dataCenter = chosen ?? places?.[0]?.id;
  const parsed = sentence.trim() === '' ? null : parsePromise(sentence);
  const wrong = parsed !== null && 'error' in parsed ? text.notSentence(parsed.error, parsed.at) : null;
  const isWhole = parsed !== null && 'draft' in parsed;
  const preview = useQuery({
    queryKey: ['promise-preview', dataCenter, sentence],
    queryFn: () => client.promises.add({ dataCenter, sentence, severity, dryRun: true }),
    enabled: isWhole && dataCenter !== undefined,
    gcTime: 0,
    retry: false,
  });
  const command = useCommand(() => client.promises.add({ dataCenter, sentence, severity, note }));
  // The same refusal of the command itself is beside its button.
  const refusal = preview.isError ? toProblem(preview.error) : null;
  return (
    <CommandDialog
      title={text.addTitle}
      description={text.addMeans}
      submit={text.addIt}
      command={command}
      why={isWhole ? null : (wrong ?? text.addMeans)}
      onClose={onClose}
    >
      <TextField label={text.sentence} required autoFocus value={sentence} onChange={setSentence} error={wrong} />
      {sentence !== '' ? null : (
        <div className="promise-examples">
          <span className="soft">{text.examples}</span>
          {text.sentences.map((example) => (
            <button
              type="button"
              key={example}
              aria-label={text.useExample(example)}
              onClick={() => setSentence(example)}
            >
              {example}
            </button>
          ))}
        </div>
      )}
      {isWhole && preview.data !== undefined ? (
        <div className="preview" role="status">
          <p>
            <Dot tone={PROMISE_FEEL[preview.data.promise.state].tone} /> {text.now}:{' '}
            {PROMISE_FEEL[preview.data.promise.state].words}
          </p>
          <ul>
            {preview.data.promise.findings.map(({ message }, index) => (
              <li key={index}>{textOf(message)}</li>
            ))}
            {preview.data.contradictions.map((other) => (
              <li key={other.promiseId} className="bad">
                {text.contradicts(other.sentence)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {isWhole && refusal !== null && refusal.message !== command.problem?.message ? (
        <ErrorAlert problem={refusal} />
      ) : null}
      {places === undefined || places.length < 2 ? null : (
        <ChoiceField
          label={text.dataCenter}
          value={dataCenter ?? ''}
          onChange={setChosen}
          choices={places.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <SeverityField value={severity} onChange={setSeverity} />
      <TextField label={text.note} help={text.noteHelp} value={note} onChange={setNote} />
    </CommandDialog>
  );
}
