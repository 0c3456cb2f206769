import { useEffect, useRef } from 'react';
import { type DoctorCheck, type HostKeyQuestion, parseSshAddress, sshArgv } from '../../../contract';
import type { Problem } from '../../api/problem';
import { CommandLine } from '../../ui/command-line';
import { ErrorAlert } from '../../ui/error-alert';
import { Dot } from '../../ui/state';
import { CHECK_FEEL } from '../../ui/tone';
import { reachSteps } from './reach-steps';
import type { SshDraft } from './ssh-draft';
import { text } from './text';
import type { HostStep } from './use-host-steps';

/** A host key, to be compared with the fingerprint that the host itself shows. */
export function HostKeyPart({ ask }: { ask: HostKeyQuestion }) {
  return (
    <>
      <p>
        {ask.changed ? <strong>{text.keyChanged}</strong> : text.keyNew} {text.shows(ask.address, ask.port, ask.type)}
      </p>
      <p>
        <code aria-label={text.fingerprint}>{ask.fingerprint}</code>
      </p>
      {ask.changed ? (
        <>
          <p className="soft">{text.keyForget}</p>
          <CommandLine argv={['ssh-keygen', '-R', nameInKnownHosts(ask.place), '-f', 'known_hosts']} />
        </>
      ) : (
        <>
          <p className="soft">{text.keyCompare}</p>
          <CommandLine argv={['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub']} />
        </>
      )}
    </>
  );
}

/** OpenSSH leaves port 22 out, and puts an address with another port in brackets. */
function nameInKnownHosts(place: string): string {
  const { host, port } = parseSshAddress(place) ?? { host: place, port: 22 };
  return port === 22 ? host : `[${host}]:${port}`;
}

const GRAVEST: readonly DoctorCheck['state'][] = ['missing', 'warning', 'ok'];

/** What the host has and lacks, missing parts first, each with its remedy. */
export function HostChecksPart({ checks }: { checks: readonly DoctorCheck[] }) {
  const sorted = [...checks].sort((a, b) => GRAVEST.indexOf(a.state) - GRAVEST.indexOf(b.state));
  return (
    <>
      <p>{checks.some(({ state }) => state === 'missing') ? text.hostLacks : text.hostFit}</p>
      {/* A long list scrolls: keyboards need something in it to focus. */}
      <ul className="rows" aria-label={text.checksOfHost} tabIndex={0}>
        {sorted.map((check) => (
          <li key={check.id}>
            <Dot tone={CHECK_FEEL[check.state].tone} label={CHECK_FEEL[check.state].words} />
            <div className="grow">
              {check.title} <span className="soft">{check.found}</span>
              {check.state === 'ok' ? null : <p className="soft">{check.matters}</p>}
              {check.remedy === null ? null : <p>{check.remedy.words}.</p>}
              {check.remedy?.command ? <CommandLine argv={check.remedy.command} /> : null}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How far the connection has come: reached, key, signed in, tools. */
export function ReachStepsPart({ step, problem }: { step: HostStep; problem: Problem | null }) {
  return (
    <ol className="reach-steps" aria-label={text.reachSteps}>
      {reachSteps(step, problem).map(({ id, tone }) => (
        <li key={id}>
          <Dot tone={tone} label={text.reachTones[tone]} /> {text.reachStep[id]}
        </li>
      ))}
    </ol>
  );
}

/** Why the host can't be reached or signed in to, in view, how far it came, and a command that tests the same in a terminal. */
export function ConnectionAlert({ problem, draft }: { problem: Problem; draft: SshDraft }) {
  const area = useRef<HTMLDivElement>(null);
  // A block: in new browsers scrolling returns a promise, which is no cleanup.
  useEffect(() => {
    void area.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  const place = parseSshAddress(draft.address);
  return (
    <div ref={area} className="connection">
      <ReachStepsPart step={{ kind: 'form' }} problem={problem} />
      <ErrorAlert problem={problem} />
      {place === null ? null : <CommandLine argv={sshArgv(place)} />}
    </div>
  );
}
