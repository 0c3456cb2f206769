import type { PromiseSeverity } from '../../../contract';
import { ChoiceField } from '../../ui/fields';
import { text } from './text';

const SEVERITIES: readonly PromiseSeverity[] = ['refuse', 'warn'];

export function SeverityField({
  value,
  onChange,
}: {
  value: PromiseSeverity;
  onChange: (severity: PromiseSeverity) => void;
}) {
  return (
    <ChoiceField
      label={text.severity}
      value={value}
      onChange={(chosen) => onChange(chosen === 'warn' ? 'warn' : 'refuse')}
      choices={SEVERITIES.map((each) => ({ value: each, label: text.severities[each] }))}
    />
  );
}
