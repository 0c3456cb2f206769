import { Button, type ButtonProps } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';

/** A button that shows why it is disabled. It stays in the tab order, so that keyboard users can read the reason. */
export function ActionButton({ why = null, isLoading = false, ...rest }: ButtonProps & { why?: string | null }) {
  // PatternFly reserves room for a spinner if `isLoading` is false, but not if it is undefined.
  const props = isLoading ? { ...rest, isLoading } : rest;
  if (why === null) return <Button {...props} />;
  return (
    <Tooltip content={why}>
      <Button {...props} isAriaDisabled />
    </Tooltip>
  );
}
