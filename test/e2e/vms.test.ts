import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, see } from './browser';
import { openVirtualMachines, type VmsWindow } from './fixture';
import { MapScreen } from './pages/map-screen';

describe.skipIf(!hasChromium)('virtual machines, in a browser (needs chromium)', () => {
  let { app, page, wrongs, vms, shell } = {} as VmsWindow;

  beforeAll(async () => {
    ({ app, page, wrongs, vms, shell } = await openVirtualMachines({ network: 'old' }));
  });
  it('creates a VM with a new isolated network in one form, and starts it', async () => {
    const form = await vms.openForm();
    await form.getByLabel('Name', { exact: false }).first().fill('web');
    await form.getByLabel('nic1', { exact: true }).selectOption({ label: 'New isolated network…' });
    await form.getByLabel('New network name').fill('fresh');
    await form.getByRole('button', { name: 'Create VM' }).click();
    await see(page.getByRole('heading', { level: 1, name: 'web' })).toBeVisible();
    await see(vms.head.getByText('Up', { exact: true })).toBeVisible();
    await see(vms.vnic('nic1').getByRole('link', { name: 'fresh' })).toBeVisible();
    expect((await app.engine.networks.show({ network: 'fresh' })).network).toMatchObject({ isIsolated: true });
  });

  it('unplugs, plugs, moves and disconnects a vNIC while the VM runs', async () => {
    const nic = vms.vnic('nic1');
    await nic.getByRole('button', { name: 'Unplug' }).click();
    await see(nic.getByText('Unplugged')).toBeVisible();
    await nic.getByRole('button', { name: 'Plug', exact: true }).click();
    await see(nic.getByText('Plugged')).toBeVisible();
    await vms.choose(nic.getByRole('button', { name: 'More actions' }), 'Disconnect link');
    await see(nic.getByText('Link down')).toBeVisible();
    await vms.choose(nic.getByRole('button', { name: 'More actions' }), 'Move to network');
    await shell.dialog.getByLabel('Network').selectOption({ label: 'old' });
    await shell.dialog.getByRole('button', { name: 'Move' }).click();
    await see(nic.getByRole('link', { name: 'old' })).toBeVisible();
  });

  it('plugs into a second network, and the map shows it in the lane', async () => {
    await page.getByRole('button', { name: 'Add vNIC…' }).click();
    await shell.dialog.getByLabel('Network').selectOption({ label: 'fresh' });
    await shell.dialog.getByRole('button', { name: 'Add vNIC' }).click();
    await see(page.locator('li.vnic')).toHaveCount(2);
    await shell.go('Map');
    await see(new MapScreen(page).vm('web')).toHaveClass(/chip-lane/);
  });

  it('shows why something is not possible now, and disables it', async () => {
    await shell.go('Virtual machines');
    await vms.row('web').getByRole('link', { name: 'web' }).click();
    const edit = page.getByRole('button', { name: 'Edit…' });
    await see(edit).toHaveAttribute('aria-disabled', 'true');
    await edit.hover();
    await see(page.getByRole('tooltip')).toContainText('It must be down');
  });

  it('asks before it cuts the power, and shows the effect', async () => {
    await vms.choose(vms.head.getByRole('button', { name: 'More actions' }), 'Force stop');
    await see(shell.dialog.getByText('Planned changes')).toBeVisible();
    await shell.dialog.getByRole('button', { name: 'Force stop', exact: true }).click();
    await see(vms.head.getByRole('button', { name: 'Start' })).toBeVisible();
  });

  it('removes it, and the table is updated', async () => {
    await vms.choose(vms.head.getByRole('button', { name: 'More actions' }), 'Remove');
    await shell.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await see(page.getByRole('heading', { name: 'No virtual machines yet' })).toBeVisible();
    await see(shell.count('Virtual machines')).toHaveText('0');
  });

  it('causes no script error and no content policy violation', () => {
    expect(wrongs).toEqual([]);
  });
});
