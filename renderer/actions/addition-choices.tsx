import type { Addition } from '../../contract';
import { ChoiceField } from '../ui/fields';
import { text } from './text';

/** The user's choice for each part, by part id. */
export type Choices = Readonly<Record<string, 'carry' | 'leave'>>;

/** The input of `vms.move`; `open`: at least one part has no choice yet. */
export function decided(
  additions: readonly Addition[],
  choices: Choices,
): { carry: string[]; leave: string[]; open: boolean } {
  const chosen = (what: 'carry' | 'leave'): string[] =>
    additions.flatMap(({ id }) => (choices[id] === what ? [id] : []));
  return {
    carry: chosen('carry'),
    leave: chosen('leave'),
    open: additions.some(({ id, accepted }) => !accepted && choices[id] === undefined),
  };
}

/** Asks, for each part of a VM's definition that Atoll does not know, whether to carry it over to the other host. */
export function AdditionChoices({
  additions,
  choices,
  onChange,
}: {
  additions: readonly Addition[];
  choices: Choices;
  onChange: (choices: Choices) => void;
}) {
  if (additions.length === 0) return null;
  return (
    <fieldset className="checks">
      <legend>{text.partsTitle}</legend>
      <p className="soft">{text.partsMean}</p>
      {additions.map(({ id, what, xml, canCarry, accepted }) => (
        <div key={id}>
          <ChoiceField
            label={what}
            value={choices[id] ?? (accepted ? 'carry' : '')}
            {...(canCarry ? (accepted ? { help: text.partAccepted } : {}) : { help: text.partStays })}
            choices={[
              ...(choices[id] === undefined && !accepted
                ? [{ value: '', label: text.choosePart, disabled: true }]
                : []),
              { value: 'carry', label: text.partCarry, disabled: !canCarry },
              { value: 'leave', label: text.partLeave },
            ]}
            onChange={(choice) => onChange({ ...choices, [id]: choice === 'carry' ? 'carry' : 'leave' })}
          />
          <details>
            <summary>{text.partDefinition}</summary>
            <pre>{xml}</pre>
          </details>
        </div>
      ))}
    </fieldset>
  );
}
