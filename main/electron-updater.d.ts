/** Only what main/updates.ts uses: it is loaded when a feed is configured, and never in a checkout. */
declare module 'electron-updater' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports -- an import at the top would make this file no ambient one
  export const autoUpdater: import('./updates').Updater;
}
