import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { useSettled } from '../api/settled';

/** The screens, each with how many of its things there are. */
export function SideNav() {
  const networks = useQuery(queries.networks()).data?.length;
  const hosts = useQuery(queries.hosts()).data?.length;
  const settled = useSettled();
  const vms = useQuery({ ...queries.vms(), enabled: settled }).data?.length;
  const jobs = useQuery(queries.jobs()).data?.filter((job) => job.state === 'running' || job.state === 'queued').length;
  return (
    <nav className="side" aria-label="Screens">
      <Item to="/" label="Map" exact />
      <Item to="/networks" label="Networks" count={networks} />
      <Item to="/hosts" label="Hosts" count={hosts} />
      <Item to="/vms" label="Virtual machines" count={vms} />
      <Item to="/activity" label="Activity" count={jobs === 0 ? undefined : jobs} />
      <Item to="/doctor" label="Doctor" />
      <Item to="/backups" label="Backups" />
    </nav>
  );
}

function Item({
  to,
  label,
  count,
  exact = false,
}: {
  to: '/' | '/networks' | '/hosts' | '/vms' | '/activity' | '/doctor' | '/backups';
  label: string;
  count?: number;
  exact?: boolean;
}) {
  return (
    <Link to={to} activeOptions={{ exact, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
      {label}
      {count === undefined ? null : <small>{count.toLocaleString()}</small>}
    </Link>
  );
}
