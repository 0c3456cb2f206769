import { useQuery } from '@tanstack/react-query';
import type { Guest, Vm } from '../../../contract';
import { toProblem } from '../../api/problem';
import { queries } from '../../api/queries';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { Facts, Section, Waiting } from '../../ui/page';
import { Ago } from '../../ui/time';
import { Address } from './address';
import { text } from './text';

/**
 * How the guest of a running VM describes itself: what is known at once, and read again while someone looks. The tiny guest has no
 * agent. The addresses of its vNICs are with those.
 */
export function GuestPart({ vm }: { vm: Vm }) {
  const canAnswer = vm.state === 'up' && vm.boot.kind !== 'tiny';
  const { data, error, isFetching, refetch } = useQuery({ ...queries.guest(vm.id), enabled: canAnswer });
  if (!canAnswer) return null;
  const tools = (
    <ActionButton size="sm" variant="secondary" isLoading={isFetching} onClick={() => void refetch()}>
      {text.guestAgain}
    </ActionButton>
  );
  // The live feed has what is read later, too.
  const guest = vm.guest ?? data;
  return (
    <Section title={text.guest} tools={tools}>
      {guest ? (
        <GuestFacts guest={guest} ofVnics={new Set(vm.vnics.map(({ mac }) => mac))} />
      ) : error ? (
        <ErrorAlert problem={toProblem(error)} />
      ) : (
        <Waiting lines={2} />
      )}
    </Section>
  );
}

function GuestFacts({ guest, ofVnics }: { guest: Guest; ofVnics: ReadonlySet<string> }) {
  const { agent, hostname, os, addresses, at } = guest;
  const others = addresses.filter(({ mac }) => !ofVnics.has(mac));
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
      {others.length === 0 ? null : (
        <ul className="plain-list" aria-label={text.otherAddresses}>
          {others.map((each) => (
            <li key={`${each.mac}/${each.address}`}>
              <small className="soft mono">{each.mac}</small>
              <Address of={each} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
