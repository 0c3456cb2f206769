import { dirname } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSimulatedApp, type SimulatedApp } from '../support/simulated-app';
import { PERSON, SshHosts, type SshTestHost, sshHere } from '../support/ssh-hosts';
import { accessibilityFaults, hasChromium, launch, newWindow, see, signIn } from './browser';
import { Shell } from './pages/shell';

const { networks } = await sshHere();
const missing = hasChromium ? networks : 'needs chromium';

describe.skipIf(missing !== null)(
  `adding a host over SSH, in a browser${missing === null ? '' : ` (${missing})`}`,
  () => {
    let app: SimulatedApp;
    let net: SshHosts;
    let machine: SshTestHost;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      [app, net] = await Promise.all([openSimulatedApp(), SshHosts.open()]);
      machine = await net.add();
      browser = await launch();
      await app.engine.folders.allow({ path: dirname(net.keyFile) });
      ({ page } = await newWindow(browser));
      await signIn(page, app.door.link());
    });
    afterAll(async () => {
      await browser.close();
      await app.close();
      await net.remove();
    });

    /** The form of a host over SSH with a key, ready for Next. */
    async function fillIn(name: string): Promise<Locator> {
      await page.getByRole('button', { name: 'Add host' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Over SSH').click();
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByLabel('Address').fill(`root@127.0.0.1:${machine.port}`);
      await dialog.getByLabel('Sign in with').selectOption('key');
      await dialog.getByLabel('Private key').fill(net.keyFile);
      return dialog;
    }

    it('goes from the address through the fingerprint and the inspection to a host that is up', async () => {
      await page.getByRole('link', { name: 'Hosts' }).first().click();
      const dialog = await fillIn('node1');
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Next' }).click();
      await see(dialog.getByLabel('Fingerprint')).toHaveText(machine.fingerprint);
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Fingerprints match' }).click();
      await see(dialog.getByRole('list', { name: 'Host checks' })).toContainText('nftables');
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Add host', exact: true }).click();
      await see(page.getByRole('heading', { name: 'node1' })).toBeVisible();
      await see(page.getByText('Up', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    });

    it('shows connection errors in the form', async () => {
      await page.getByRole('link', { name: 'Hosts' }).first().click();
      await page.getByRole('button', { name: 'Add host' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Over SSH').click();
      await dialog.getByLabel('Name').fill('node2');
      await dialog.getByLabel('Address').fill(`maker@127.0.0.1:${machine.port}`);
      await dialog.getByLabel('Sign in with').selectOption('password');
      await dialog.getByLabel('Password', { exact: true }).fill('wrong');
      await dialog.getByRole('button', { name: 'Next' }).click();
      await see(dialog.getByRole('alert')).toContainText('rejected the login of maker');
      await see(dialog.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
      await see(dialog.getByLabel('Address')).toHaveValue(`maker@127.0.0.1:${machine.port}`);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    it('returns to the form for a name that is taken, and keeps the other input', async () => {
      const dialog = await fillIn('node1');
      await dialog.getByRole('button', { name: 'Next' }).click();
      const isSame = dialog.getByRole('button', { name: 'Fingerprints match' });
      const add = dialog.getByRole('button', { name: 'Add host', exact: true });
      await see(isSame.or(add)).toBeVisible();
      if (await isSame.isVisible()) await isSame.click();
      await add.click();
      await see(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
      await see(dialog.getByLabel('Name')).toBeFocused();
      await see(dialog.getByText('There already is a host "node1"').first()).toBeVisible();
      await see(dialog.getByLabel('Private key')).toHaveValue(net.keyFile);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
    });

    it('asks again for a password that the engine has lost, and connects', async () => {
      await app.engine.hosts.add({
        name: 'node3',
        how: machine.how({ auth: 'password', key: null }),
      });
      await new Shell(page).go('Hosts');
      await page.getByRole('main').getByRole('link', { name: 'node3', exact: true }).click();
      await see(page.getByText('is not known').first()).toBeVisible({ timeout: 30_000 });
      // The failed job is listed, and covers nothing clickable.
      await see(page.getByRole('list', { name: 'Failed jobs' }).getByText('failed').first()).toBeVisible();
      await page.getByRole('button', { name: 'More actions for node3' }).click();
      await page.getByRole('menuitem', { name: 'Unlock…' }).click();
      const dialog = page.getByRole('dialog');
      await see(dialog.getByRole('button', { name: 'Unlock' })).toBeDisabled();
      await dialog.getByLabel('Password', { exact: true }).fill(PERSON.password);
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Unlock' }).click();
      await see(dialog).toBeHidden();
      await see(page.getByText('Up', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    });
  },
);
