import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { onGo } from '../api/shell';

/** Navigates where the desktop shell asks: a menu item, a notification, an external link. */
export function ShellWays() {
  const router = useRouter();
  useEffect(() => onGo((to) => router.history.push(to)), [router]);
  return null;
}
