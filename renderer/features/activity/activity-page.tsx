import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/dynamic/components/Tabs';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageHead } from '../../ui/page';
import { EventsTab } from './events-tab';
import { JobsTab } from './jobs-tab';
import { text } from './text';
import './activity.css';

export function ActivityPage() {
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const tab = search.tab ?? 'jobs';
  return (
    <div className="page">
      <PageHead title={text.title} />
      <Tabs
        activeKey={tab}
        aria-label={text.title}
        onSelect={(_, key) => void navigate({ search: { tab: key === 'events' ? 'events' : 'jobs' }, replace: true })}
      >
        <Tab eventKey="jobs" title={<TabTitleText>{text.jobs}</TabTitleText>} aria-controls="activity-tab" />
        <Tab eventKey="events" title={<TabTitleText>{text.events}</TabTitleText>} aria-controls="activity-tab" />
      </Tabs>
      <div
        id="activity-tab"
        role="tabpanel"
        className="activity-tab"
        aria-label={tab === 'jobs' ? text.jobs : text.events}
      >
        {tab === 'jobs' ? (
          <JobsTab
            picked={search.job}
            onPick={(job) => void navigate({ search: (old) => ({ ...old, job }), replace: true })}
          />
        ) : (
          <EventsTab />
        )}
      </div>
    </div>
  );
}
