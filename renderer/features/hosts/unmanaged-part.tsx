import { Checkbox } from '@patternfly/react-core/dist/dynamic/components/Checkbox';
import { type ReactNode, useState } from 'react';
import type { UnmanagedBridge, UnmanagedVm } from '../../../contract';
import { Confirm } from '../../actions/confirm';
import { text as shared } from '../../actions/text';
import { whyNotHost } from '../../actions/why';
import { client } from '../../api/client';
import type { HostShow } from '../../api/live-shows';
import { ActionButton } from '../../ui/action-button';
import { TextField } from '../../ui/fields';
import { Section } from '../../ui/page';
import { Dot } from '../../ui/state';
import { vmFeel } from '../../ui/tone';
import { gib } from './memory';
import { text } from './text';

/** Objects on the host that Atoll does not manage: shown, unchanged, and imported if selected. */
export function UnmanagedPart({ show }: { show: HostShow }) {
  const { unmanaged, unmanagedVms, host } = show;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  const bridges = unmanaged.filter(({ name }) => selected.has(`bridge/${name}`));
  const vms = unmanagedVms.filter(({ id }) => selected.has(`vm/${id}`));
  if (unmanaged.length + unmanagedVms.length === 0) return null;
  const pick = (key: string, on: boolean): void =>
    setSelected(new Set(on ? [...selected, key] : [...selected].filter((each) => each !== key)));
  const none = bridges.length + vms.length === 0 ? text.selectFirst : null;
  return (
    <Section
      title={text.unmanagedTitle}
      tools={
        <ActionButton
          variant="secondary"
          size="sm"
          why={whyNotHost(host.state, 'import') ?? none}
          onClick={() => setAsking(true)}
        >
          {shared.ask(text.import)}
        </ActionButton>
      }
    >
      <p className="soft">{text.unmanagedMeans}</p>
      <ul className="rows">
        {unmanaged.map((bridge) => (
          <BridgeRow key={bridge.name} bridge={bridge} {...{ selected, pick }} />
        ))}
        {unmanagedVms.map((vm) => (
          <VmRow key={vm.id} vm={vm} {...{ selected, pick }} />
        ))}
      </ul>
      {isAsking ? (
        <ImportDialog
          host={host.id}
          bridges={bridges}
          vms={vms}
          onDone={() => setSelected(new Set())}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Section>
  );
}

interface RowSelection {
  readonly selected: ReadonlySet<string>;
  readonly pick: (key: string, on: boolean) => void;
}

function BridgeRow({ bridge, ...rowSelection }: RowSelection & { bridge: UnmanagedBridge }) {
  const { name, ports, isolated, refused } = bridge;
  const facts = [
    ports.length === 0 ? text.noPorts : ports.join(', '),
    ...(refused === null ? [isolated ? text.becomes.isolated : text.becomes.regular] : []),
  ];
  return (
    <Row id={`bridge/${name}`} name={name} refused={refused} {...rowSelection}>
      {text.bridge} <span className="mono">{name}</span>
      <small className="block soft">{facts.join(' · ')}</small>
    </Row>
  );
}

function VmRow({ vm, ...rowSelection }: RowSelection & { vm: UnmanagedVm }) {
  return (
    <Row
      id={`vm/${vm.id}`}
      name={vm.name}
      refused={vm.refused}
      aside={`${vmFeel(vm.state).words.toLowerCase()} · ${gib(vm.memoryMiB)}`}
      {...rowSelection}
    >
      {text.vm} {vm.name}
      {vm.nics.map((nic) => (
        <small key={nic.mac} className="block soft">
          {text.nicOn(nic.mac, nic.on)}
        </small>
      ))}
    </Row>
  );
}

interface RowProps extends RowSelection {
  readonly id: string;
  readonly name: string;
  readonly refused: string | null;
  readonly aside?: string;
  readonly children: ReactNode;
}

function Row({ id, name, refused, aside, children, selected, pick }: RowProps) {
  return (
    <li>
      {refused === null ? (
        <input
          type="checkbox"
          aria-label={text.pick(name)}
          checked={selected.has(id)}
          onChange={(event) => pick(id, event.target.checked)}
        />
      ) : (
        <Dot tone="unknown" label={text.unmanaged} />
      )}
      <span className="grow">
        {children}
        {refused === null ? null : <small className="block soft">{text.cantImport(refused)}</small>}
      </span>
      {aside === undefined ? null : <small className="soft">{aside}</small>}
    </li>
  );
}

interface ImportProps {
  readonly host: string;
  readonly bridges: readonly UnmanagedBridge[];
  readonly vms: readonly UnmanagedVm[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Previews an import with the engine's own plan. */
function ImportDialog({ host, bridges, vms, onDone, onClose }: ImportProps) {
  const names = [...bridges.map(({ name }) => name), ...vms.map(({ name }) => name)];
  const [only = ''] = names;
  const [name, setName] = useState(only);
  const [withVms, setWithVms] = useState(true);
  const renamed = names.length === 1 && name !== only ? { name } : {};
  const request = {
    host,
    bridges: bridges.map((bridge) => bridge.name),
    vms: vms.map(({ id }) => id),
    withVms,
    ...renamed,
  };
  return (
    <Confirm
      title={text.importTitle(names.length, only)}
      words={text.importMeans}
      submit={text.import}
      previewKey={JSON.stringify(request)}
      call={(dryRun) => client.hosts.import({ ...request, dryRun })}
      onDone={onDone}
      onClose={onClose}
    >
      {names.length === 1 ? <TextField label={text.importName} value={name} onChange={setName} /> : null}
      {bridges.length === 0 ? null : (
        <Checkbox
          id="with-vms"
          label={text.withVms}
          description={text.withVmsMeans}
          isChecked={withVms}
          onChange={(_, on) => setWithVms(on)}
        />
      )}
    </Confirm>
  );
}
