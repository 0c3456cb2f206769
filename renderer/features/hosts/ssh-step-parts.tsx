import type { DoctorCheck, HostKeyQuestion } from '../../../contract';
import { CommandLine } from '../../ui/command-line';
import { Dot } from '../../ui/state';
import type { Tone } from '../../ui/tone';
import { text } from './text';

/** A host key that a person compares with what the host itself says. */
export function HostKeyPart({ ask }: { ask: HostKeyQuestion }) {
  return (
    <>
      <p>
        {ask.changed ? <strong>{text.keyChanged}</strong> : text.keyNew} <strong>{ask.address}</strong>, port {ask.port}
        , shows this {ask.type} key:
      </p>
      <p>
        <code aria-label="Fingerprint">{ask.fingerprint}</code>
      </p>
      <p className="soft">{text.keyCompare}</p>
      <CommandLine argv={['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub']} />
    </>
  );
}

const TONES: Record<DoctorCheck['state'], { tone: Tone; words: string }> = {
  missing: { tone: 'bad', words: 'missing' },
  warning: { tone: 'warn', words: 'could be better' },
  ok: { tone: 'ok', words: 'in order' },
};
const GRAVEST: readonly DoctorCheck['state'][] = ['missing', 'warning', 'ok'];

/** What the host has and lacks, gaps first, each with its remedy. */
export function HostChecksPart({ checks }: { checks: readonly DoctorCheck[] }) {
  const sorted = [...checks].sort((a, b) => GRAVEST.indexOf(a.state) - GRAVEST.indexOf(b.state));
  return (
    <>
      <p>{checks.some(({ state }) => state === 'missing') ? text.hostLacks : text.hostFit}</p>
      <ul className="rows" aria-label="Checks of the host">
        {sorted.map((check) => (
          <li key={check.id}>
            <Dot tone={TONES[check.state].tone} label={TONES[check.state].words} />
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
