// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContextMenu } from './context-menu';

const onStart = vi.fn();
const onRemove = vi.fn();
const onClose = vi.fn();

function open(): void {
  render(
    <ContextMenu
      label="Actions for web"
      x={10}
      y={10}
      entries={[
        { id: 'remove', label: 'Remove', why: 'the VM is up', onChoose: onRemove },
        { id: 'start', label: 'Start', onChoose: onStart },
      ]}
      onClose={onClose}
    />,
  );
}

describe('a context menu', () => {
  afterEach(() => {
    cleanup();
    vi.clearAllMocks();
  });

  it('lists what is possible first with the focus there, and says why the rest is not', () => {
    open();
    expect(screen.getAllByRole('menuitem').map(({ textContent }) => textContent)).toEqual([
      'Start',
      ['Remove', 'the VM is up'].join(''),
    ]);
    expect(document.activeElement?.textContent).toBe('Start');
  });

  it('closes, then runs what was chosen', async () => {
    open();
    await userEvent.keyboard('{Enter}');
    expect(onClose).toHaveBeenCalledBefore(onStart);
    expect(onStart).toHaveBeenCalledOnce();
  });

  it('runs nothing that is not possible now', async () => {
    open();
    await userEvent.click(screen.getByRole('menuitem', { name: /^Remove/ }));
    expect(onRemove).not.toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('puts a line between sections, and what destroys at the end', () => {
    const entry = (id: string, more = {}) => ({ id, label: id, onChoose: vi.fn(), ...more });
    const entries = [
      entry('stop', { danger: true }),
      entry('show', { section: 'look' }),
      entry('start', { section: 'run' }),
      entry('open', { section: 'look' }),
    ];
    render(<ContextMenu label="Actions for web" x={1} y={1} entries={entries} onClose={onClose} />);
    expect(screen.getAllByRole('menuitem').map(({ textContent }) => textContent)).toEqual([
      'show',
      'open',
      'start',
      'stop',
    ]);
    expect(screen.getAllByRole('separator')).toHaveLength(2);
  });

  it('runs an entry by its key', async () => {
    const onConsole = vi.fn();
    const entries = [{ id: 'console', label: 'Console', shortcut: 'c', onChoose: onConsole }];
    render(<ContextMenu label="Actions for web" x={1} y={1} entries={entries} onClose={onClose} />);
    await userEvent.keyboard('c');
    expect(onConsole).toHaveBeenCalledOnce();
    expect(onClose).toHaveBeenCalledOnce();
  });

  it.each(['{Escape}', '{Tab}'])('is closed by %s', async (key) => {
    open();
    await userEvent.keyboard(key);
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('is closed by a click elsewhere', async () => {
    open();
    await userEvent.click(document.body);
    expect(onClose).toHaveBeenCalledOnce();
  });
});
