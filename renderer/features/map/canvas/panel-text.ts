import { hostFeel } from '../../../ui/tone';
import type { PanelBox } from '../layout/boxes';
import { connectionOf, type Model, vmsOn } from '../model';
import { text } from '../text';

/** The VMs in a panel, each once. */
export const vmsOfPanel = (panel: PanelBox): Set<string> =>
  new Set([
    ...panel.islandBoxes.flatMap((islandBox) => vmsOn(islandBox.island)),
    ...panel.alone.map((chip) => chip.vmId),
  ]);

const CONNECTION = { all: text.joinedInto, some: text.partlyJoined, none: text.notJoined };

/** A panel's name and details. */
export function panelWords(model: Model, panel: PanelBox): { name: string; about: string } {
  const vms = text.vms(vmsOfPanel(panel).size);
  switch (panel.of.kind) {
    case 'host': {
      const { host } = panel.of;
      if (host === null) return { name: text.noHost, about: `${text.noHostMeans} · ${vms}` };
      const now = model.hosts.get(host.id) ?? host;
      // A simulated host has a tag instead.
      const kind = now.kind === 'simulated' ? [] : [text.kinds[now.kind as keyof typeof text.kinds] ?? now.kind];
      const state = now.state === 'up' ? [] : [hostFeel(now.state).words.toLowerCase()];
      return { name: now.name, about: [...state, ...kind, vms].join(' · ') };
    }
    case 'network': {
      const placed = panel.islandBoxes.filter((islandBox) => islandBox.island.hostId !== null);
      const islands = placed.length;
      const now = placed.map(({ island }) => model.islands.get(island.id) ?? island);
      const split = islands > 1 ? `, ${CONNECTION[connectionOf(now)]}` : '';
      return { name: panel.of.network.name, about: `${text.islands(islands)}${split} · ${vms}` };
    }
    case 'islands':
      return { name: text.allIslands, about: `${text.islands(panel.islandBoxes.length)} · ${vms}` };
  }
}
