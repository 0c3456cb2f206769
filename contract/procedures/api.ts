import { z } from 'zod';
import { OvirtApi, OvirtApiPassword } from '../model/ovirt-api';
import { command, query } from './base';

/** `password`: one that was made, which is shown this once; null: it was given, or is the one from before. */
const made = { api: OvirtApi, password: z.string().nullable() };

/** The oVirt API: an HTTPS port on 127.0.0.1 for clients of oVirt. Disabled until it is enabled; it then opens with each engine. */
export const api = {
  show: query.output(OvirtApi),
  /** Enabled again it keeps what is not given; without a password it makes one the first time. */
  enable: command(
    {
      /** 0: any free port, and the same one from then on. */
      port: z.int().min(0).max(65_535).optional(),
      password: OvirtApiPassword.optional(),
      /** Serves plain HTTP: passwords can then be read by whoever sees this computer's loopback traffic. */
      insecureHttp: z.boolean().optional(),
    },
    made,
  ),
  /** Replaces the password, and signs every client out. */
  password: command({ password: OvirtApiPassword.optional() }, made),
  disable: command({}, { api: OvirtApi }),
};
