import { contextBridge, ipcRenderer } from 'electron';
import type { DesktopBridge } from '../contract/shell';

/**
 * The whole bridge: two things that the page may ask for, and two messages that it gets. Main checks who asks and what; this
 * only passes on. (The channels are those of contract/shell.ts, written out so that no library gets in here; a test compares.)
 * A MessagePort can't pass the context bridge, so it is posted to the page's window, to its own origin, as is the news.
 */
const bridge: DesktopBridge = {
  connect: () => ipcRenderer.send('atoll:connect'),
  pickFile: (request) => ipcRenderer.invoke('atoll:pick-file', request) as Promise<string | null>,
};
contextBridge.exposeInMainWorld('atoll', bridge);

ipcRenderer.on('atoll:engine-port', (event) => {
  window.postMessage('atoll:engine-port', window.location.origin, [...event.ports]);
});
ipcRenderer.on('atoll:news', (_, news: unknown) => {
  window.postMessage({ channel: 'atoll:news', news }, window.location.origin);
});
