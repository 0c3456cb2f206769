import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/dynamic/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/dynamic/components/FormSelect';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/dynamic/components/HelperText';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import { type ReactNode, useId } from 'react';
import { locale } from './language';

interface FieldProps {
  readonly label: string;
  readonly error?: string | null;
  readonly help?: string;
  readonly required?: boolean;
}

function Field({ id, label, error, help, required, children }: FieldProps & { id: string; children: ReactNode }) {
  const said = error ?? help;
  return (
    <FormGroup label={label} fieldId={id} isRequired={required}>
      {children}
      {said === undefined || said === null ? null : (
        <FormHelperText>
          <HelperText id={`${id}-help`} isLiveRegion>
            <HelperTextItem variant={error ? 'error' : 'default'}>{sentence(said)}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

/** The contract's messages start in lower case, because they follow a field's name in a terminal. */
const sentence = (words: string): string => words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);

export function TextField({
  value,
  onChange,
  type = 'text',
  autoFocus,
  suggestions = [],
  ...field
}: FieldProps & {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'number' | 'password';
  autoFocus?: boolean;
  /** Suggestions while typing; other values are allowed. */
  suggestions?: readonly string[];
}) {
  const id = useId();
  const list = suggestions.length === 0 ? undefined : `${id}-list`;
  return (
    <Field id={id} {...field}>
      <TextInput
        id={id}
        type={type}
        value={value}
        onChange={(_, text) => onChange(text)}
        validated={field.error ? 'error' : 'default'}
        isRequired={field.required}
        aria-describedby={`${id}-help`}
        autoFocus={autoFocus}
        autoComplete="off"
        spellCheck={false}
        list={list}
      />
      {list === undefined ? null : (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </Field>
  );
}

/** Several lines, as they are: keys, a file's text. */
export function TextAreaField({
  value,
  onChange,
  ...field
}: FieldProps & { value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <Field id={id} {...field}>
      <TextArea
        id={id}
        className="mono"
        rows={3}
        resizeOrientation="vertical"
        value={value}
        onChange={(_, text) => onChange(text)}
        validated={field.error ? 'error' : 'default'}
        aria-describedby={`${id}-help`}
        autoComplete="off"
        spellCheck={false}
      />
    </Field>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

export function ChoiceField({
  value,
  onChange,
  choices,
  ...field
}: FieldProps & { value: string; onChange: (value: string) => void; choices: readonly Choice[] }) {
  const id = useId();
  return (
    <Field id={id} {...field}>
      <FormSelect
        id={id}
        value={value}
        onChange={(_, selected) => onChange(selected)}
        validated={field.error ? 'error' : 'default'}
        aria-describedby={`${id}-help`}
      >
        {choices.map((choice) => (
          <FormSelectOption key={choice.value} value={choice.value} label={choice.label} isDisabled={choice.disabled} />
        ))}
      </FormSelect>
    </Field>
  );
}
