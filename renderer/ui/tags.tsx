import { Label } from '@patternfly/react-core/dist/dynamic/components/Label';
import { text } from './text';

/** Marks objects on a simulated host: they look real, but are not. */
export function SimulatedTag() {
  return (
    <Label color="purple" isCompact title={text.simulatedMeans}>
      {text.simulated}
    </Label>
  );
}

/** A user-defined label. */
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
