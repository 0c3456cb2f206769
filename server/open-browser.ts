import { spawn } from 'node:child_process';

/** Opens a link in the person's browser, if there is one. The link is printed as well, so a failure here needs no words. */
export function openBrowser(link: string): void {
  const [program, ...args] = openerOf(process.platform, link);
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.once('error', () => undefined);
  child.unref();
}

/** The command that opens a link on each system; argv, so that no shell reads the link. */
export function openerOf(platform: NodeJS.Platform, link: string): [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['open', link];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', link];
    default:
      return ['xdg-open', link];
  }
}
