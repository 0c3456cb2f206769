import type { IsolationCertificate } from '../../contract';
import { type Html, html } from './markup';

/** How somebody who does not take this page's word looks for himself: by Atoll again, and by hand on a host. */
export function verifyPart({ network, hosts, format }: IsolationCertificate): Html {
  const { id, bridge } = network;
  const byHand = hosts.some((host) => host.kind !== 'simulated');
  return html`<section>
    <h2>How to verify this</h2>
    <p>This page is a record, and it is not signed. Whoever wants to be sure looks again:</p>
    <ol>
      <li>
        Check it now, with a live probe: <code>atoll network check ${id} --probe</code>. It ends with exit code 4 when
        the network is not isolated. On the screens: the network, Isolation, Check with live probe.
      </li>
      <li>
        Get the same record as data: <code>atoll network certificate ${id}</code>, in the format
        <span class="mono">${format}</span>. What is in this page is in it.
      </li>
      ${byHand ? byHandPart(bridge) : ''}
    </ol>
  </section>`;
}

const byHandPart = (bridge: string): Html =>
  html`<li>
    Look by hand on a host, as root (of a lab on a computer: in its namespaces):
    <ul>
      <li><code>ip link show master ${bridge}</code> lists what is plugged: only taps of VMs, no NIC.</li>
      <li><code>ip address show dev ${bridge}</code> lists no address.</li>
      <li>
        <code>nft list hooks netdev device ${bridge}</code> and <code>nft list ruleset netdev</code> show an ingress and
        an egress chain on the bridge with the policy drop and no rules. (Not every kernel lists hooks.)
      </li>
    </ul>
  </li>`;
