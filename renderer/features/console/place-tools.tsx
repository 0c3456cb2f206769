import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import WindowRestoreIcon from '@patternfly/react-icons/dist/esm/icons/window-restore-icon';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { type Line, openInDrawer, openInWindow, useDock } from '../../actions/console-places';
import { ActionButton } from '../../ui/action-button';
import { text } from './text';

/** Moves the view to the drawer or to its own window. */
export function PlaceTools({ vm, line, onSay }: { vm: string; line: Line; onSay: (words: string) => void }) {
  const isAlone = useRouterState({ select: ({ location }) => 'alone' in location.search });
  const navigate = useNavigate();
  const docked = useDock().lines.some((one) => one.vm === vm && one.line === line);
  if (isAlone) return null;
  return (
    <span className="place-tools">
      {docked ? null : (
        <ActionButton
          size="sm"
          variant="link"
          icon={<WindowRestoreIcon />}
          title={text.inDrawerMeans}
          onClick={() => {
            openInDrawer(vm, line);
            // Do not show the same view twice on one screen.
            void navigate({ to: '/vms/$id', params: { id: vm } });
          }}
        >
          {text.inDrawer}
        </ActionButton>
      )}
      <ActionButton
        size="sm"
        variant="link"
        icon={<ExternalLinkAltIcon />}
        title={text.inWindowMeans}
        onClick={() => openInWindow(vm, line) || onSay(text.noWindow)}
      >
        {text.inWindow}
      </ActionButton>
    </span>
  );
}
