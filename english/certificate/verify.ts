import type { IsolationCertificate } from '../../contract';
import { type Html, html } from './markup';

/** How somebody who does not take this page's word looks for himself: by Atoll again, and by hand on a host. */
export function verifyPart({ network, hosts, format }: IsolationCertificate): Html {
  const { id, bridge } = network;
  const byHand = hosts.some((host) => host.kind !== 'simulated');
  return html`<section>
    <h2>How to verify this</h2>
    <p>This page is a record, and it is not signed. To be sure, verify it yourself:</p>
    <ol>
      <li>
        Run a check with a live probe: <code>atoll network check ${id} --probe</code>. It exits with code 4 if the
        network is not isolated. On screen: the network's page, Isolation, Check with probe.
      </li>
      <li>
        Get the same record as JSON: <code>atoll network certificate ${id} --json</code>, in the format
        <span class="mono">${format}</span>. It contains everything on this page.
      </li>
      ${byHand ? byHandPart(bridge) : ''}
    </ol>
  </section>`;
}

const byHandPart = (bridge: string): Html =>
  html`<li>
    Inspect a host manually, as root (for a lab on a computer, in its namespaces):
    <ul>
      <li><code>ip link show master ${bridge}</code> lists its ports: only taps of VMs, no NIC.</li>
      <li><code>ip address show dev ${bridge}</code> shows no address.</li>
      <li>
        <code>nft list hooks netdev device ${bridge}</code> and <code>nft list ruleset netdev</code> show an ingress and
        an egress chain on the bridge with policy drop and no rules. (Not every kernel can list hooks.)
      </li>
    </ul>
  </li>`;
