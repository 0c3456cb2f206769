import ArchiveIcon from '@patternfly/react-icons/dist/esm/icons/archive-icon';
import DesktopIcon from '@patternfly/react-icons/dist/esm/icons/desktop-icon';
import HeartbeatIcon from '@patternfly/react-icons/dist/esm/icons/heartbeat-icon';
import HistoryIcon from '@patternfly/react-icons/dist/esm/icons/history-icon';
import LayerGroupIcon from '@patternfly/react-icons/dist/esm/icons/layer-group-icon';
import MapIcon from '@patternfly/react-icons/dist/esm/icons/map-icon';
import NetworkIcon from '@patternfly/react-icons/dist/esm/icons/network-icon';
import ShieldIcon from '@patternfly/react-icons/dist/esm/icons/shield-alt-icon';
import ServerIcon from '@patternfly/react-icons/dist/esm/icons/server-icon';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
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
  const broken = useQuery({ ...queries.promises(), enabled: settled }).data?.filter(
    ({ state }) => state === 'broken',
  ).length;
  const jobs = useQuery(queries.jobs()).data?.filter((job) => job.state === 'running' || job.state === 'queued').length;
  return (
    <nav className="side" aria-label={text.screens}>
      <Item to="/" label={text.places.map} icon={MapIcon} exact />
      <Item to="/networks" label={text.places.networks} icon={NetworkIcon} count={networks} />
      <Item to="/hosts" label={text.places.hosts} icon={ServerIcon} count={hosts} />
      <Item to="/vms" label={text.places.vms} icon={DesktopIcon} count={vms} />
      <Item to="/images" label={text.places.images} icon={LayerGroupIcon} />
      <Item to="/promises" label={text.places.promises} icon={ShieldIcon} count={broken === 0 ? undefined : broken} />
      <Item to="/activity" label={text.places.activity} icon={HistoryIcon} count={jobs === 0 ? undefined : jobs} />
      <Item to="/doctor" label={text.places.doctor} icon={HeartbeatIcon} />
      <Item to="/backups" label={text.places.backups} icon={ArchiveIcon} />
    </nav>
  );
}

function Item({
  to,
  label,
  icon: Icon,
  count,
  exact = false,
}: {
  to: '/' | '/networks' | '/hosts' | '/vms' | '/images' | '/promises' | '/activity' | '/doctor' | '/backups';
  label: string;
  /** Shown instead of the label where there is no room for it. */
  icon: ComponentType;
  count?: number;
  exact?: boolean;
}) {
  return (
    <Link
      to={to}
      title={label}
      activeOptions={{ exact, includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      <span className="side-icon" aria-hidden="true">
        <Icon />
      </span>
      <span className="side-label">{label}</span>
      {count === undefined ? null : <small>{number(count)}</small>}
    </Link>
  );
}
