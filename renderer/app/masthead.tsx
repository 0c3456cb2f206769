import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import MoonIcon from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import SunIcon from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { answer } from '../actions/requests';
import { queries } from '../api/queries';
import { SimulatedTag } from '../ui/tags';
import { text as widgets } from '../ui/text';
import { Palette } from './palette/palette';
import { text } from './text';
import { useTheme } from './theme';

export function Masthead() {
  const { dark, choose } = useTheme();
  useEffect(() => answer('theme', () => choose(dark ? 'light' : 'dark')));
  const dataCenters = useQuery(queries.dataCenters()).data ?? [];
  const hosts = useQuery(queries.hosts()).data ?? [];
  const labs = hosts.filter((host) => host.kind === 'lab' && host.state === 'up').length;
  return (
    <header className="masthead">
      <Link to="/" className="logo" aria-label={text.logo}>
        <Logo />
        {widgets.app}
      </Link>
      <span className="masthead-place">
        {dataCenters.length === 1 && dataCenters[0]
          ? text.dataCenter(dataCenters[0].name)
          : text.dataCenters(dataCenters.length)}
      </span>
      {hosts.some((host) => host.kind === 'simulated') ? <SimulatedTag /> : null}
      <Palette />
      {labs === 0 ? null : <span className="masthead-labs">{text.labs(labs)}</span>}
      <Button
        variant="plain"
        className="masthead-button"
        aria-label={dark ? text.lightTheme : text.darkTheme}
        icon={dark ? <SunIcon /> : <MoonIcon />}
        onClick={() => choose(dark ? 'light' : 'dark')}
      />
    </header>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <circle cx="12" cy="12" r="9" stroke="#6cc3ff" strokeWidth="3.4" strokeDasharray="46 6 3 1.5" />
      <circle cx="12" cy="12" r="2.2" fill="#ffd479" />
    </svg>
  );
}
