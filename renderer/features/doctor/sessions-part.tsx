import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { client } from '../../api/client';
import { queries } from '../../api/queries';
import { useCommand } from '../../api/use-command';
import { ActionButton } from '../../ui/action-button';
import { Section } from '../../ui/page';
import { Dot } from '../../ui/state';
import { Ago } from '../../ui/time';
import { ErrorAlert } from '../../ui/error-alert';
import { text } from './text';

/** The signed-in browsers, each with a sign-out button; empty without a browser server, as in the desktop app. */
export function SessionsPart() {
  const sessions = useQuery(queries.sessions()).data ?? [];
  const others = useCommand(() => client.sessions.endAll({ others: true }));
  if (sessions.length === 0) return null;
  const hasOthers = sessions.some(({ isCurrent }) => !isCurrent);
  return (
    <Section
      title={text.sessions}
      tools={
        hasOthers ? (
          <ActionButton
            size="sm"
            variant="secondary"
            isDisabled={others.busy}
            onClick={() => void others.run(undefined)}
          >
            {text.signOutOthers}
          </ActionButton>
        ) : null
      }
    >
      <p className="soft">{text.sessionsMean}</p>
      <ErrorAlert problem={others.problem} />
      <ul className="rows">
        {sessions.map((session) => (
          <SessionItem key={session.id} session={session} />
        ))}
      </ul>
    </Section>
  );
}

function SessionItem({ session: { id, browser, openedAt, seenAt, windows, isCurrent } }: { session: Session }) {
  const [asking, setAsking] = useState(false);
  const command = useCommand(() => client.sessions.end({ session: id }));
  return (
    <li>
      <Dot tone={windows > 0 ? 'ok' : 'off'} label={text.windows(windows)} />
      <span className="grow">
        {browser} {isCurrent ? <small className="soft">({text.thisBrowser})</small> : null}
        <small className="block soft">
          {text.windows(windows)} · {text.signedIn} <Ago at={openedAt} /> · {text.lastUsed} <Ago at={seenAt} />
        </small>
        <ErrorAlert problem={command.problem} />
      </span>
      <ActionButton
        size="sm"
        variant="secondary"
        isDisabled={command.busy}
        aria-label={text.signOutOf(browser)}
        onClick={() => (isCurrent ? setAsking(true) : void command.run(undefined))}
      >
        {text.signOut}
      </ActionButton>
      {asking ? (
        <Confirm
          title={text.signOutSelf}
          words={text.signOutSelfMeans}
          submit={text.signOut}
          danger
          call={(dryRun) => client.sessions.end({ session: id, dryRun })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </li>
  );
}
