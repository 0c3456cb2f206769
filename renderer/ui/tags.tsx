import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { text } from './text';

/** Marks every place where what is shown stands on a simulated host: it looks real, and is not. */
export function SimulatedTag() {
  return (
    <Label color="purple" isCompact title={text.simulatedMeans}>
      {text.simulated}
    </Label>
  );
}

/** A label that a person gave. */
export function Tag({ children, onRemove }: { children: string; onRemove?: () => void }) {
  return (
    <Label
      isCompact
      variant="outline"
      {...(onRemove ? { onClose: onRemove, closeBtnAriaLabel: text.removeLabel(children) } : {})}
    >
      {children}
    </Label>
  );
}

export function IsolatedTag() {
  return (
    <Label color="teal" isCompact title={text.isolatedMeans}>
      {text.isolated}
    </Label>
  );
}
