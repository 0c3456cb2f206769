import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { useId } from 'react';
import type { Problem } from '../api/problem';
import { text } from './text';

/** Whether promises refuse the command, which a user may override. */
export const isRefusedByPromises = (problem: Problem | null): boolean => problem?.field === 'breakPromises';

/** The override of promises that refuse a command: an event records who did it. */
export function BreakPromises({ isChecked, onChange }: { isChecked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <Checkbox
      id={useId()}
      label={text.breakPromises}
      description={text.breakPromisesMeans}
      isChecked={isChecked}
      onChange={(_, checked) => onChange(checked)}
    />
  );
}
