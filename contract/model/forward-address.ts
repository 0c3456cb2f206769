/**
 * The address of this computer on which forwards are opened: on its loopback, and never another (rule S12). It is not the one of the
 * browser door: cookies know no ports, so a guest's page at the door's address could read and set the door's.
 */
export const FORWARD_ADDRESS = '127.0.0.2';
