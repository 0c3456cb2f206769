import { type ReactNode, useState } from 'react';

/** A part that is closed at first, unless it `mustShow` something, such as an error; its content exists only while it is open. */
export function Fold({
  label,
  mustShow = false,
  children,
}: {
  readonly label: string;
  readonly mustShow?: boolean;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(mustShow);
  if (mustShow && !open) setOpen(true);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {open ? <div className="fold">{children}</div> : null}
    </details>
  );
}
