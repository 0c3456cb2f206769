import { Button, type ButtonProps } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';

/** A button that says why it can't be pressed. It stays in the tab order, so that the reason can be reached by keyboard. */
export function ActionButton({ why = null, isLoading = false, ...rest }: ButtonProps & { why?: string | null }) {
  // PatternFly keeps room for a spinner as soon as it is told that there is none; not told, it does not.
  const props = isLoading ? { ...rest, isLoading } : rest;
  if (why === null) return <Button {...props} />;
  return (
    <Tooltip content={why}>
      <Button {...props} isAriaDisabled />
    </Tooltip>
  );
}
