import { tryToWrite } from '../core/try-to-write';
import type { ObservedHost, ObservedPort } from '../ports/observed';
import type { BusyWatch } from './busy-vms';
import type { Reconciling } from './reconciling';
import { recordObserved } from './record/record-observed';
import type { SettledState } from './record/result';

/** Observes a host during one reconcile, as often as needed, each time against its desired state at that moment. */
export class Observer {
  /** A restart of the host was observed, and has not been handled yet. */
  restarted = false;
  /** Whether the host may report its VMs from its cache: not in the first observation of a full reconcile. */
  private rememberedVms: boolean;

  constructor(private readonly host: Reconciling) {
    this.rememberedVms = !host.whole;
  }

  /** Records the observation of the host itself and its VMs; the caller plans the networks. */
  async observe(): Promise<SettledState> {
    const { host } = this;
    const { rememberedVms } = this;
    this.rememberedVms = true;
    host.onObserve();
    const busy = host.busy.watch();
    try {
      return this.settled(await host.driver.observe(host.signal, { rememberedVms }), busy);
    } finally {
      busy.end();
    }
  }

  /** An earlier observation against the desired state of now. */
  recall(kept: ObservedHost): SettledState {
    const busy = this.host.busy.watch();
    try {
      return this.compared(kept, busy);
    } finally {
      busy.end();
    }
  }

  /** The networks of an earlier observation, without VMs and their taps. */
  recallNetworks(kept: ObservedHost): SettledState {
    const wanted = { ...this.host.desired.now(), taps: [] };
    const isOfVm = ({ kind, name }: ObservedPort): boolean => kind === 'tap' && name !== wanted.outside?.nic;
    const bridges = kept.bridges.map((bridge) => ({ ...bridge, ports: bridge.ports.filter((port) => !isOfVm(port)) }));
    return { wanted, observed: { ...kept, vms: [], bridges }, unsettled: false };
  }

  private settled(observed: ObservedHost, busy: BusyWatch): SettledState {
    const { host } = this;
    const isBusy = (vmId: string): boolean => busy.has(vmId);
    host.onObserved(observed);
    tryToWrite(host.log, 'what was observed of a host', () => {
      if (!recordObserved(host, isBusy, observed)) return;
      this.restarted = true;
      host.onRestarted();
    });
    return this.compared(observed, busy);
  }

  private compared(observed: ObservedHost, busy: BusyWatch): SettledState {
    const { host } = this;
    const isBusy = (vmId: string): boolean => busy.has(vmId);
    const anyBusy = busy.anyOn(host.hostId);
    const { knownServices, knownTunnel } = host;
    const wanted = {
      ...host.desired.now(),
      ...(knownServices.size > 0 ? { knownServices } : {}),
      ...(knownTunnel === null ? {} : { knownTunnel }),
    };
    return host.inFlight.settledPart(wanted, observed, isBusy, anyBusy, host.clock.now());
  }
}
