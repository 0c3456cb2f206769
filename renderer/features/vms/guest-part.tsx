import { useQuery } from '@tanstack/react-query';
import type { Guest, Vm } from '../../../contract';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { Facts, Section, Waiting } from '../../ui/page';
import { Ago } from '../../ui/time';
import { text } from './text';

/** How the guest of a running VM describes itself: read while someone looks, and again when asked. The tiny guest has no agent. */
export function GuestPart({ vm }: { vm: Vm }) {
  const canAnswer = vm.state === 'up' && vm.boot.kind !== 'tiny';
  const { data, error, isFetching, refetch } = useQuery({ ...queries.guest(vm.id), enabled: canAnswer });
  if (!canAnswer) return null;
  const tools = (
    <ActionButton size="sm" variant="secondary" isLoading={isFetching} onClick={() => void refetch()}>
      {text.guestAgain}
    </ActionButton>
  );
  return (
    <Section title={text.guest} tools={tools}>
      {error ? (
        <ErrorAlert problem={toProblem(error)} />
      ) : data === undefined ? (
        <Waiting lines={2} />
      ) : (
        <GuestFacts guest={data} />
      )}
    </Section>
  );
}

function GuestFacts({ guest: { agent, hostname, os, addresses, at } }: { guest: Guest }) {
  return (
    <>
      <Facts
        facts={[
          [text.guestAgent, agent ? text.agentAnswers : text.agentSilent],
          ...(agent
            ? ([
                [text.guestHost, hostname ?? '–'],
                [text.guestOs, os ?? '–'],
              ] as const)
            : []),
          [text.guestRead, <Ago at={at} />],
        ]}
      />
      {addresses.length === 0 ? null : (
        <ul className="plain-list" aria-label={text.guestAddresses}>
          {addresses.map(({ mac, address, source }) => (
            <li key={`${mac}/${address}`}>
              <span className="mono">{address}</span>{' '}
              <small className="soft">{text.guestAddress(mac, source === 'agent')}</small>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
