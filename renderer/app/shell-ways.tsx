import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { onGo } from '../api/shell';

/** Goes where the desktop's shell leads: its menu, a notification, a link from outside. */
export function ShellWays() {
  const router = useRouter();
  useEffect(() => onGo((to) => router.history.push(to)), [router]);
  return null;
}
