import { contextBridge, ipcRenderer } from 'electron';

/**
 * The whole bridge. The page may ask for a port to the engine; main gives it to our own page only. A MessagePort can't pass
 * the context bridge, so it is posted to the page's window, to its own origin.
 */
const CONNECT = 'atoll:connect';
const PORT = 'atoll:engine-port';

contextBridge.exposeInMainWorld('atoll', { connect: () => ipcRenderer.send(CONNECT) });

ipcRenderer.on(PORT, (event) => {
  window.postMessage(PORT, window.location.origin, [...event.ports]);
});
