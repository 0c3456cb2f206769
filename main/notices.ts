import type { ElectronParts } from './electron-parts';
import type { Notice } from './messages';

/** Trouble seldom comes alone: what comes within this time is one notification. */
const GATHER_MS = 2_000;

/** Notifications for what needs a person, while the person does not look at the app anyway. */
export class Notices {
  #waiting: Notice[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly electron: Pick<ElectronParts, 'BrowserWindow' | 'Notification'>,
    private readonly go: (to: string) => void,
  ) {}

  tell(notice: Notice): void {
    this.#waiting.push(notice);
    this.#timer ??= setTimeout(() => this.#show(), GATHER_MS);
  }

  #show(): void {
    const notices = this.#waiting.splice(0);
    this.#timer = null;
    const { BrowserWindow, Notification } = this.electron;
    const [first] = notices;
    if (first === undefined || BrowserWindow.getFocusedWindow() !== null || !Notification.isSupported()) return;
    const more = notices.length - 1;
    const notification = new Notification({
      title: first.title,
      body: more === 0 ? first.words : `${first.words}\nand ${more} more`,
    });
    notification.on('click', () => this.go(more === 0 ? first.to : '/activity?tab=events'));
    notification.show();
  }
}
