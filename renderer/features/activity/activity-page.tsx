import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageHead } from '../../ui/page';
import { PageTabs } from '../../ui/page-tabs';
import { EventsTab } from './events-tab';
import { JobsTab } from './jobs-tab';
import { text } from './text';
import './activity.css';

const TABS = [
  { key: 'jobs', title: text.jobs },
  { key: 'events', title: text.events },
] as const;

export function ActivityPage() {
  const search = useSearch({ from: '/activity' });
  const navigate = useNavigate({ from: '/activity' });
  const tab = search.tab ?? 'jobs';
  return (
    <div className="page">
      <PageHead title={text.title} />
      <PageTabs
        label={text.title}
        tabs={TABS}
        active={tab}
        onSelect={(selected) => void navigate({ search: { tab: selected }, replace: true })}
      >
        {tab === 'jobs' ? (
          <JobsTab
            selected={search.job}
            onSelect={(job) => void navigate({ search: (old) => ({ ...old, job }), replace: true })}
          />
        ) : (
          <EventsTab />
        )}
      </PageTabs>
    </div>
  );
}
