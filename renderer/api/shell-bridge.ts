import type { DesktopBridge } from '../../contract/shell';

/** The desktop shell, if this window belongs to one; null in a browser. */
export const shell: DesktopBridge | null = 'atoll' in window ? (window as { atoll: DesktopBridge }).atoll : null;
