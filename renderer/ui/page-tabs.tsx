import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/dynamic/components/Tabs';
import { Tooltip } from '@patternfly/react-core/dist/dynamic/components/Tooltip';
import { type ReactNode, useId } from 'react';

export interface PageTab<K extends string> {
  readonly key: K;
  readonly title: string;
  /** Why it can't be opened now; null: it can. */
  readonly why?: string | null;
}

/** The tabs of a page and the active one, which the caller keeps (in the URL). */
export function PageTabs<K extends string>({
  label,
  tabs,
  active,
  onSelect,
  children,
}: {
  label: string;
  tabs: readonly PageTab<K>[];
  active: K;
  onSelect: (key: K) => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <>
      <Tabs
        activeKey={active}
        aria-label={label}
        onSelect={(_, selected) => {
          const tab = tabs.find(({ key }) => key === selected);
          if (tab) onSelect(tab.key);
        }}
      >
        {tabs.map(({ key, title, why = null }) => (
          <Tab
            key={key}
            eventKey={key}
            title={<TabTitleText>{title}</TabTitleText>}
            aria-controls={id}
            isAriaDisabled={why !== null}
            {...(why === null ? {} : { tooltip: <Tooltip content={why} /> })}
          />
        ))}
      </Tabs>
      <div id={id} role="tabpanel" className="page-tab" aria-label={tabs.find(({ key }) => key === active)?.title}>
        {children}
      </div>
    </>
  );
}
