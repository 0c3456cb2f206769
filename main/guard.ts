import type { IpcMainEvent, IpcMainInvokeEvent, Session, WebContents, WebFrameMain } from 'electron';
import type { ElectronParts } from './electron-parts';
import { isOwn } from './screens-protocol';
import { secureOptions } from './window';

/** Whether a message came from the top frame of one of our own screens; all others are not answered. */
export function trusted(event: IpcMainEvent | IpcMainInvokeEvent): WebFrameMain | null {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOwn(frame.url) ? frame : null;
}

/** Of everything that a page may ask the browser engine for, the screens need only this. */
const GRANTED = 'clipboard-sanitized-write';

/** Nothing is granted, nothing is fetched from anywhere but our own screens. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_, permission, answer) => answer(permission === GRANTED));
  session.setPermissionCheckHandler((_, permission) => permission === GRANTED);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url) }));
}

/** `blob:` and `data:` are made by the page itself; `devtools:` is the inspector of a checkout. */
function isLocal(url: string): boolean {
  return isOwn(url) || /^(?:blob:atoll:\/\/app\/|data:|devtools:)/.test(url);
}

/** A console or a screen of a VM: the only pages that may stand in a window of their own. */
export const isLine = (url: string): boolean =>
  isOwn(url) && /^\/vms\/[^/]+\/(?:console|screen)$/.test(new URL(url).pathname);

/**
 * For whatever shows web content in this app, whoever made it: it does not leave our screens, opens nothing but a VM's console or screen, embeds nothing. Links
 * to elsewhere go to the person's browser, https only.
 */
export function guardContents(contents: WebContents, { app, shell }: Pick<ElectronParts, 'app' | 'shell'>): void {
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (!isOwn(event.url)) event.preventDefault();
  };
  // A content security policy can't block WebRTC: no packet leaves that is not proxied, and there is no proxy.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Made as the others are, and guarded like them when its contents are made.
    if (isLine(url))
      return {
        action: 'allow',
        overrideBrowserWindowOptions: { ...secureOptions({ app }), minWidth: 480, minHeight: 320 },
      };
    const link = URL.canParse(url) ? new URL(url) : null;
    if (link?.protocol === 'https:') void shell.openExternal(link.href);
    return { action: 'deny' };
  });
}
