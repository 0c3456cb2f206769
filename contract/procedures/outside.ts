import { z } from 'zod';
import { Id, Ref } from '../model/common';
import { Forward, GuestPort, Protocol, WantedHostPort } from '../model/forward';
import { Network } from '../model/network';
import { command, query } from './base';

/** The uplink of a lab (rule S12): a regular network whose NIC is a user-mode NAT. Opt-in per host. */
export const outside = {
  /** Gives a lab the NIC `out0`, and its data center the network `outside` if it has none. */
  enable: command({ host: Ref }, { network: Network }),
  /** Removes it; the network is removed with its last host. Refused while VMs there have a vNIC on it. */
  disable: command({ host: Ref }, {}),
};

export const forwards = {
  list: query.input(z.strictObject({ vm: Ref.optional() })).output(z.array(Forward)),
  /** Opens a loopback port of this computer that is forwarded to the VM while it runs; `hostPort` 0 takes any free one. */
  add: command(
    {
      vm: Ref,
      guestPort: GuestPort,
      hostPort: WantedHostPort.default(0),
      protocol: Protocol.default('tcp'),
    },
    { forward: Forward },
  ),
  remove: command({ forward: Id }, {}),
};
