import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActs {
  /** Shows a screen, by its address. */
  go(to: string): void;
  showLogs(): void;
  about(): void;
  quit(): void;
}

type Item = MenuItemConstructorOptions;
const SEPARATOR: Item = { type: 'separator' };

/** The menu by the platform's conventions: on macOS the app has one of its own, elsewhere its items stand under File and Help. */
export function menuTemplate(platform: NodeJS.Platform, isPackaged: boolean, acts: MenuActs): Item[] {
  const isMac = platform === 'darwin';
  const go = (label: string, to: string, accelerator?: string): Item => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => acts.go(to),
  });
  const about: Item = { label: 'About Atoll', click: () => acts.about() };
  const quit: Item = { label: isMac ? 'Quit Atoll' : 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => acts.quit() };
  const appMenu: Item = {
    label: 'Atoll',
    submenu: [
      about,
      SEPARATOR,
      { role: 'services' },
      SEPARATOR,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      SEPARATOR,
      quit,
    ],
  };
  return [
    ...(isMac ? [appMenu] : []),
    {
      label: '&File',
      submenu: [
        go('New Network…', '/networks?new=true', 'CmdOrCtrl+N'),
        go('New Virtual Machine…', '/vms?new=true', 'CmdOrCtrl+Shift+N'),
        go('Add Host…', '/hosts?new=true'),
        SEPARATOR,
        go('Backups', '/backups'),
        SEPARATOR,
        isMac ? { role: 'close' } : quit,
      ],
    },
    // By role, so that the console's Ctrl-C stays the terminal's: only these items' own keys are taken.
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        go('Map', '/', 'CmdOrCtrl+1'),
        go('Networks', '/networks', 'CmdOrCtrl+2'),
        go('Hosts', '/hosts', 'CmdOrCtrl+3'),
        go('Virtual Machines', '/vms', 'CmdOrCtrl+4'),
        go('Activity', '/activity', 'CmdOrCtrl+5'),
        SEPARATOR,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(isPackaged ? [] : [SEPARATOR, { role: 'toggleDevTools' } satisfies Item]),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        go('Doctor', '/doctor'),
        { label: 'Show Logs', click: () => acts.showLogs() },
        ...(isMac ? [] : [SEPARATOR, about]),
      ],
    },
  ];
}
