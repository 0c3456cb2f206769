import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Network, StretchMember, StretchStatus, TunnelPair } from '../../../contract';
import { textOf } from '../../../english';
import { ActionTool } from '../../actions/registry/action-bar';
import { useHosts } from '../../actions/use-names';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { ErrorAlert } from '../../ui/error-alert';
import { sinceWords } from '../../ui/language';
import { Section } from '../../ui/page';
import { State } from '../../ui/state';
import type { Tone } from '../../ui/tone';
import { text } from './text';

const words = text.tunnels;

const PAIR_TONES: Record<TunnelPair['state'], Tone> = { connecting: 'busy', connected: 'ok', down: 'bad' };
const MEMBER_TONES: Record<StretchMember['state'], Tone> = {
  running: 'ok',
  starting: 'busy',
  faulty: 'bad',
  unknown: 'unknown',
};

/** How the hosts of a network exchange it: its tunnels, each with its way, loss and delay. */
export function TunnelsPart({ network }: { network: Network }) {
  return (
    <Section title={words.title} tools={<ActionTool kind="network" object={network} id="stretch" />}>
      {network.stretch === null ? <p className="soft">{words.off}</p> : <Stretched network={network} />}
    </Section>
  );
}

function Stretched({ network }: { network: Network }) {
  const { data } = useQuery(queries.tunnels(network.id));
  const tryDirect = useCommand(() => client.networks.tryDirect({ network: network.id }));
  if (data === undefined || data === null) return null;
  const canTry = data.pairs.some(({ way, choice }) => way !== 'direct' && choice !== 'relay');
  return (
    <>
      <ul className="rows" aria-label={words.between}>
        {data.pairs.map((pair) => (
          <PairRow key={pair.hosts.join()} pair={pair} />
        ))}
      </ul>
      {data.pairs.length === 0 ? <p className="soft">{words.alone}</p> : null}
      <ul className="rows" aria-label={words.hosts}>
        {data.members.map((member) => (
          <MemberRow key={member.hostId} member={member} />
        ))}
      </ul>
      <MtuText status={data} />
      {canTry ? (
        <ActionButton variant="link" isInline isLoading={tryDirect.busy} onClick={() => void tryDirect.run(undefined)}>
          {words.tryDirect}
        </ActionButton>
      ) : null}
      <ErrorAlert problem={tryDirect.problem} />
    </>
  );
}

function PairRow({ pair }: { pair: TunnelPair }) {
  const hosts = useHosts();
  const [one, other] = pair.hosts.map((id) => hosts.get(id)?.name ?? id);
  return (
    <li>
      <span className="grow">
        {words.pair(one ?? '', other ?? '')}
        {pair.why === null ? null : <small className="block soft">{textOf(pair.why)}</small>}
        {pair.way === 'relay' && pair.state === 'connected' ? (
          <small className="block soft">{words.relayMeans}</small>
        ) : null}
      </span>
      {pair.state !== 'connected' || pair.loss === null ? null : (
        <small className="soft">{words.measured(pair.loss, pair.delay)}</small>
      )}
      <State feel={{ tone: PAIR_TONES[pair.state], words: words.state(pair.state, pair.way) }} />
      {pair.since === null ? null : <small className="soft">{words.since(sinceWords(pair.since, new Date()))}</small>}
    </li>
  );
}

/** A host is only worth a row where something is to be said about it. */
function MemberRow({ member: { hostId, state, by, faults } }: { member: StretchMember }) {
  const hosts = useHosts();
  if (state === 'running' && by !== 'userspace' && faults.length === 0) return null;
  return (
    <li>
      <span className="grow">
        <Link to="/hosts/$id" params={{ id: hostId }}>
          {hosts.get(hostId)?.name ?? hostId}
        </Link>
        {by === 'userspace' ? <small className="block soft">{words.userspace}</small> : null}
        {faults.map((fault) => (
          <small key={fault} className="block bad">
            {fault}
          </small>
        ))}
      </span>
      <State feel={{ tone: MEMBER_TONES[state], words: words.members[state] }} />
    </li>
  );
}

function MtuText({ status: { mtu, fits } }: { status: StretchStatus }) {
  return <p className="soft">{mtu > fits ? words.mtuLarge(mtu, fits) : words.mtuFits(mtu, fits)}</p>;
}
