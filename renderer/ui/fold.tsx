import { type ReactNode, useState } from 'react';

/** A part that is closed at first; its content exists only while it is open. */
export function Fold({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {open ? <div className="fold">{children}</div> : null}
    </details>
  );
}
