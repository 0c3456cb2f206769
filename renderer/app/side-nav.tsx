import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { useSettled } from '../api/settled';
import { number } from '../ui/language';
import { text } from './text';

/** The navigation, with a count for each kind of object. */
export function SideNav() {
  const networks = useQuery(queries.networks()).data?.length;
  const hosts = useQuery(queries.hosts()).data?.length;
  const settled = useSettled();
  const vms = useQuery({ ...queries.vms(), enabled: settled }).data?.length;
  const jobs = useQuery(queries.jobs()).data?.filter((job) => job.state === 'running' || job.state === 'queued').length;
  return (
    <nav className="side" aria-label={text.screens}>
      <Item to="/" label={text.places.map} exact />
      <Item to="/networks" label={text.places.networks} count={networks} />
      <Item to="/hosts" label={text.places.hosts} count={hosts} />
      <Item to="/vms" label={text.places.vms} count={vms} />
      <Item to="/images" label={text.places.images} />
      <Item to="/activity" label={text.places.activity} count={jobs === 0 ? undefined : jobs} />
      <Item to="/doctor" label={text.places.doctor} />
      <Item to="/backups" label={text.places.backups} />
    </nav>
  );
}

function Item({
  to,
  label,
  count,
  exact = false,
}: {
  to: '/' | '/networks' | '/hosts' | '/vms' | '/images' | '/activity' | '/doctor' | '/backups';
  label: string;
  count?: number;
  exact?: boolean;
}) {
  return (
    <Link to={to} activeOptions={{ exact, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
      {label}
      {count === undefined ? null : <small>{number(count)}</small>}
    </Link>
  );
}
