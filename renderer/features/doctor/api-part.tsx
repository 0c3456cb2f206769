import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OvirtApi } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { CopyText } from '../../ui/command-line';
import { ErrorAlert } from '../../ui/error-alert';
import { Section } from '../../ui/page';
import { Dot } from '../../ui/state';
import { snippetsOf } from '../../../english/ovirt-clients';
import { text } from './text';

/** The oVirt API of this engine: off by default; a password that is made is shown this once. */
export function ApiPart() {
  const api = useQuery(queries.api()).data;
  const [made, setMade] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const keep = ({ password }: { password: string | null }) => setMade(password);
  const enable = useCommand(() => client.api.enable({}).then((answer) => (keep(answer), answer)));
  const renew = useCommand(() => client.api.password({}).then((answer) => (keep(answer), answer)));
  if (api === undefined) return null;
  const button = (label: string, run: () => void, busy: boolean) => (
    <ActionButton size="sm" variant="secondary" isDisabled={busy} onClick={run}>
      {label}
    </ActionButton>
  );
  return (
    <Section
      title={text.api}
      tools={
        api.enabled ? (
          <>
            {button(text.apiPassword, () => void renew.run(undefined), renew.busy)}
            {button(text.apiDisable, () => setAsking(true), false)}
          </>
        ) : (
          button(text.apiEnable, () => void enable.run(undefined), enable.busy)
        )
      }
    >
      <p className="soft">{text.apiMeans}</p>
      <ErrorAlert problem={enable.problem ?? renew.problem} />
      {api.enabled ? <Served api={api} password={made} /> : null}
      {asking ? (
        <Confirm
          title={text.apiDisableTitle}
          words={text.apiDisableMeans}
          submit={text.apiDisable}
          danger
          call={(dryRun) => client.api.disable({ dryRun })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Section>
  );
}

function Served({ api, password }: { api: OvirtApi; password: string | null }) {
  const { url, user, caFile, problem } = api;
  if (url === null)
    return (
      <p>
        <Dot tone="bad" label={text.apiFailed} /> {problem ?? text.apiFailed}
      </p>
    );
  return (
    <>
      <ul className="rows rows-wide">
        <li>
          <Dot tone="ok" label={text.apiServed} />
          <span className="grow">{url}</span>
          <span className="soft">{user}</span>
        </li>
        {caFile === null ? null : (
          <li>
            <span className="grow">{caFile}</span>
            <span className="soft">{text.apiCa}</span>
          </li>
        )}
        {password === null ? null : (
          <li>
            <code className="grow">{password}</code>
            <span className="soft">{text.apiPasswordOnce}</span>
          </li>
        )}
      </ul>
      {snippetsOf(api).map(({ title, lines }) => (
        <div key={title}>
          <p className="soft">{title}</p>
          <CopyText label={title} text={lines} />
        </div>
      ))}
    </>
  );
}
