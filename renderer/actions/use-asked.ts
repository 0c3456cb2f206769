import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** A dialog that the URL can open with `do=` and its name, so that the palette can link to it. Closing it clears the URL. */
export function useAsked(name: string): [open: boolean, setOpen: (open: boolean) => void] {
  const navigate = useNavigate();
  const asked = useRouterState({ select: ({ location }) => (location.search as { do?: string }).do === name });
  const [open, setOpen] = useState(asked);
  useEffect(() => {
    if (asked) setOpen(true);
  }, [asked]);
  const set = (next: boolean): void => {
    setOpen(next);
    if (!next && asked)
      void navigate({ to: '.', search: (old: object) => ({ ...old, do: undefined }), replace: true } as never);
  };
  return [open, set];
}
