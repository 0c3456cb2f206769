import { z } from 'zod';
import { Id, Ref } from '../model/common';
import { Forward, GuestPort, Protocol, WantedHostPort } from '../model/forward';
import { Network } from '../model/network';
import { command, query } from './base';

/** The way out of a lab (rule S12): a regular network whose NIC is a user-mode NAT. Opt-in, host by host. */
export const outside = {
  /** Gives a lab the NIC `out0`, and its data center the network `outside` if it has none. */
  enable: command({ host: Ref }, { network: Network }),
  /** Takes it away again; the network goes with its last host. Refused while VMs there have a vNIC on it. */
  disable: command({ host: Ref }, {}),
};

export const forwards = {
  list: query.input(z.strictObject({ vm: Ref.optional() })).output(z.array(Forward)),
  /** Opens a port of this computer's loopback that leads to the VM while that runs; `hostPort` 0 takes any free one. */
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
