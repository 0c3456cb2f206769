import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/dynamic/components/Tabs';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { closeDocked, type Docked, showDocked, useDock } from '../../actions/console-places';
import { queries } from '../../api/queries';
import { Nothing } from '../../ui/page';
import './console.css';
import { text } from './text';
import { VmLine } from './vm-line';

/** The drawer at the bottom of the window: consoles and screens that stay open during navigation. */
export function Dock() {
  const id = useId();
  const { lines, at } = useDock();
  const vms = useQuery(queries.vms()).data ?? [];
  const shown = lines[at];
  if (shown === undefined) return null;
  const titleOf = ({ vm, line }: Docked): string => {
    const name = vms.find((one) => one.id === vm)?.name ?? '?';
    return line === 'console' ? text.consoleOf(name) : text.screenOf(name);
  };
  const vm = vms.find((one) => one.id === shown.vm);
  return (
    <section className="dock" aria-label={text.dock}>
      <div className="dock-head">
        <Tabs activeKey={at} aria-label={text.dock} onSelect={(_, selected) => showDocked(Number(selected))}>
          {lines.map((one, index) => (
            <Tab
              key={`${one.vm} ${one.line}`}
              eventKey={index}
              title={<TabTitleText>{titleOf(one)}</TabTitleText>}
              aria-controls={id}
            />
          ))}
        </Tabs>
        <Button
          variant="plain"
          size="sm"
          icon={<TimesIcon />}
          aria-label={text.closeDocked(titleOf(shown))}
          onClick={() => closeDocked(at)}
        />
      </div>
      <div id={id} role="tabpanel" className="dock-line" aria-label={titleOf(shown)}>
        {vm === undefined ? (
          <Nothing title={text.ended} />
        ) : (
          <VmLine key={`${shown.vm} ${shown.line}`} vm={vm} line={shown.line} />
        )}
      </div>
    </section>
  );
}
