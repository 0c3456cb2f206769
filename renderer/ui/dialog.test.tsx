// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Dialog } from './dialog';
import { TextField } from './fields';
import { useFormState } from './form-state';

// One second, its own patience, can be too little beside other tests.
configure({ asyncUtilTimeout: 15_000 });

const HOST = z.object({
  name: z.string().regex(/^[a-z]+$/, 'must be lower case letters'),
  port: z.string().regex(/^\d+$/, 'must be a number'),
});
const refusedName = { message: 'a host has this name', field: 'name' };

function Form({ onSubmit, onClose = () => undefined, refusal = null, ...rest }: Partial<FormProps>) {
  const form = useFormState({ name: '', port: '22' }, HOST);
  return (
    <Dialog
      title="Add a host"
      submit="Add"
      onSubmit={() => form.check() && onSubmit?.(form.draft)}
      onClose={onClose}
      {...rest}
    >
      <TextField label="Name" {...form.field('name', refusal)} />
      <TextField label="Port" {...form.field('port', refusal)} />
    </Dialog>
  );
}

interface FormProps {
  readonly onSubmit: (draft: unknown) => void;
  readonly onClose: () => void;
  readonly refusal: typeof refusedName | null;
  readonly busy: boolean;
  readonly why: string | null;
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
const field = (name: string) => screen.getByRole('textbox', { name });

describe('a form in a dialog', () => {
  afterEach(cleanup);

  it('complains of no field before it was touched', () => {
    render(<Form />);
    expect(field('Name').getAttribute('aria-invalid')).toBe('false');
    expect(screen.queryByText(/lower case/)).toBeNull();
  });

  it('sends what is right', async () => {
    const user = userEvent.setup();
    const onSubmit = vi.fn();
    render(<Form onSubmit={onSubmit} />);
    await user.type(field('Name'), 'node');
    await user.click(button('Add'));
    expect(onSubmit).toHaveBeenCalledExactlyOnceWith({ name: 'node', port: '22' });
  });

  it('sends nothing wrong, says what is wrong beneath the field, and focuses the first such field', async () => {
    const user = userEvent.setup();
    const onSubmit = vi.fn();
    render(<Form onSubmit={onSubmit} />);
    await user.type(field('Name'), 'node');
    await user.clear(field('Port'));
    await user.click(button('Add'));
    expect(onSubmit).not.toHaveBeenCalled();
    expect(screen.getByText('Must be a number')).toBeDefined();
    await waitFor(() => expect(document.activeElement).toBe(field('Port')));
  });

  it("shows the engine's refusal beneath the field that it names", () => {
    render(<Form refusal={refusedName} />);
    expect(field('Name').getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText('A host has this name')).toBeDefined();
  });

  it("drops the engine's refusal of a field once that field is edited, and shows the next one", async () => {
    const user = userEvent.setup();
    const form = render(<Form />);
    await user.type(field('Name'), 'node');
    await user.click(button('Add'));
    form.rerender(<Form refusal={refusedName} />);
    await user.type(field('Port'), '2');
    expect(screen.getByText('A host has this name')).toBeDefined();
    await user.type(field('Name'), 's');
    expect(screen.queryByText('A host has this name')).toBeNull();
    expect(field('Name').getAttribute('aria-invalid')).toBe('false');
    await user.click(button('Add'));
    form.rerender(<Form refusal={{ ...refusedName, message: 'this one too' }} />);
    expect(screen.getByText('This one too')).toBeDefined();
  });

  it.each([
    ['while it is busy', { busy: true }],
    ['while something is missing', { why: 'choose a cluster first' }],
  ])('cannot be sent %s', async (_when, props) => {
    const user = userEvent.setup();
    const onSubmit = vi.fn();
    render(<Form onSubmit={onSubmit} {...props} />);
    await user.type(field('Name'), 'node');
    expect(button(/Add$/).disabled).toBe(true);
    // As Enter in a field does it.
    fireEvent.submit(field('Name').closest('form')!);
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it.each(['Escape', 'Cancel', 'Close'])('is closed by %s, and only asks its caller to', async (by) => {
    const user = userEvent.setup();
    const onClose = vi.fn();
    render(<Form onClose={onClose} />);
    if (by === 'Escape') await user.keyboard('{Escape}');
    else await user.click(button(by));
    expect(onClose).toHaveBeenCalledOnce();
    expect(screen.getByRole('dialog')).toBeDefined();
  });
});
