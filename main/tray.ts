import type { MenuItemConstructorOptions, Tray } from 'electron';
import type { ElectronParts } from './electron-parts';
import type { EngineStatus } from './messages';

export interface TrayActs {
  show(): void;
  go(to: string): void;
  keepRunning(keep: boolean): void;
  quit(): void;
}

const count = (n: number, what: string): string => `${n === 0 ? 'no' : n} ${what}${n === 1 ? '' : 's'}`;

export const statusWords = ({ vmsUp, jobs }: EngineStatus): string =>
  `${count(vmsUp, 'VM')} running${jobs.length === 0 ? '' : `, ${count(jobs.length, 'job')} running`}`;

/** What the tray's menu says; a line that only tells is not to be clicked. */
export function trayTemplate(status: EngineStatus | null, keep: boolean, acts: TrayActs): MenuItemConstructorOptions[] {
  const jobs = (status?.jobs ?? []).map((title) => ({
    label: `  ${title}`,
    click: () => acts.go('/activity?tab=jobs'),
  }));
  return [
    { label: 'Open Atoll', click: () => acts.show() },
    { type: 'separator' },
    { label: status === null ? 'The engine does not run' : statusWords(status), enabled: false },
    ...jobs,
    { type: 'separator' },
    {
      label: 'Keep labs running when the window closes',
      type: 'checkbox',
      checked: keep,
      click: ({ checked }) => acts.keepRunning(checked),
    },
    { label: 'Quit', click: () => acts.quit() },
  ];
}

/** The tray's icon, made when there is first something to show there. Some Linux desktops have no tray: then nothing is lost. */
export class AppTray {
  #tray: Tray | null = null;

  constructor(
    private readonly electron: Pick<ElectronParts, 'Menu' | 'nativeImage' | 'Tray'>,
    private readonly icon: string,
    private readonly acts: TrayActs,
  ) {}

  show(status: EngineStatus | null, keep: boolean): void {
    const { Menu, Tray: TrayIcon, nativeImage } = this.electron;
    if (this.#tray === null) {
      this.#tray = new TrayIcon(nativeImage.createFromPath(this.icon));
      this.#tray.on('click', () => this.acts.show());
    }
    this.#tray.setToolTip(status === null ? 'Atoll' : `Atoll: ${statusWords(status)}`);
    // A menu that is shown can't be changed on Linux; a new one takes its place.
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(status, keep, this.acts)));
  }
}
