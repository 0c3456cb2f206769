/** Only what main/updates.ts uses: it is loaded when a feed is configured, and never in a checkout. */
declare module 'electron-updater' {
  export const autoUpdater: import('./updates').Updater;
}
