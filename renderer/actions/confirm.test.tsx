// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Preview, say } from '../../contract';
import type { CommandResult } from '../api/command-result';
import { Confirm, type ConfirmProps } from './confirm';

// One second, its own patience, can be too little beside other tests.
configure({ asyncUtilTimeout: 15_000 });

const PREVIEW: Preview = {
  summary: [say('preview.network.remove', { network: 'blue' })],
  hosts: [
    {
      hostId: 'a',
      host: 'node1',
      changes: [say('change.bridge.delete', { bridge: 'nic-less-1', ports: [] })],
      problem: null,
    },
    { hostId: 'b', host: 'node2', changes: [], problem: say('problem.unobserved', { error: 'no answer' }) },
  ],
};
const answer = (dryRun: boolean) => ({ job: null, preview: dryRun ? PREVIEW : null }) as CommandResult;

function ask(props: Partial<ConfirmProps> & Pick<ConfirmProps, 'call'>): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Confirm title="Remove blue?" words="Its VMs lose their network." submit="Remove" onClose={onClose} {...props} />
    </QueryClientProvider>,
  );
}
const onClose = vi.fn();
// jsdom lays nothing out, so that there is nothing to scroll.
Element.prototype.scrollIntoView = () => undefined;
const remove = () => screen.getByRole<HTMLButtonElement>('button', { name: /Remove$/ });

describe('a question before something is changed', () => {
  afterEach(() => {
    cleanup();
    vi.clearAllMocks();
  });

  it('shows what would change on each host, and has changed nothing yet', async () => {
    const call = vi.fn((dryRun: boolean) => Promise.resolve(answer(dryRun)));
    ask({ call });
    for (const line of ['remove the network "blue"', 'node1', 'delete the bridge nic-less-1', 'node2'])
      expect(await screen.findByText(line)).toBeDefined();
    expect(screen.getByText("it can't be observed: no answer")).toBeDefined();
    expect(call.mock.calls).toEqual([[true]]);
  });

  it('runs the command once, then closes', async () => {
    const call = vi.fn((dryRun: boolean) => Promise.resolve(answer(dryRun)));
    const onDone = vi.fn();
    ask({ call, onDone });
    await userEvent.click(remove());
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(call.mock.calls.filter(([dryRun]) => !dryRun)).toHaveLength(1);
    expect(onDone).toHaveBeenCalledBefore(onClose);
  });

  it('stays open and says why when the command is refused', async () => {
    const call = vi.fn((dryRun: boolean) =>
      dryRun ? Promise.resolve(answer(true)) : Promise.reject(new Error('the network is in use')),
    );
    ask({ call });
    await userEvent.click(remove());
    expect(await screen.findByText(/the network is in use/)).toBeDefined();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('cannot be confirmed when its preview was refused', async () => {
    ask({ call: () => Promise.reject(new Error('there is no such network')) });
    expect(await screen.findByText(/there is no such network/)).toBeDefined();
    expect(remove().disabled).toBe(true);
  });

  it('waits for its preview where that is what is confirmed', async () => {
    let show: (result: CommandResult) => void = () => undefined;
    ask({ call: () => new Promise((resolve) => (show = resolve)), untilPreview: 'reading what would change' });
    expect(remove().disabled).toBe(true);
    show(answer(true));
    await waitFor(() => expect(remove().disabled).toBe(false));
  });
});
