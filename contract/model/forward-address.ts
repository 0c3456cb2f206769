/**
 * The address of this computer on which forwards listen: a loopback address, and never another one (rule S12). It differs from the
 * browser server's: cookies do not depend on ports, so a guest's page at the server's address could read and set its cookies.
 */
export const FORWARD_ADDRESS = '127.0.0.2';
