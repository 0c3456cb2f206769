import { AppError, note } from '../../contract';

const POOL = 0x1_0000;

/**
 * The n-th MAC of this store's pool: 56:6f as in oVirt (unicast, locally administered), two bytes of the store's id so that two
 * stores rarely collide, two that count. The end of a version 7 UUID is its random part.
 */
export function macAt(storeId: string, n: number): string {
  const store = storeId.replaceAll('-', '').slice(-4).toLowerCase();
  const tail = (n % POOL).toString(16).padStart(4, '0');
  return ['56', '6f', store.slice(0, 2), store.slice(2), tail.slice(0, 2), tail.slice(2)].join(':');
}

/** The next unused MAC. `next` is the store's counter. Throws NO_CAPACITY if all 65,536 are in use. */
export function nextMac(storeId: string, next: () => number, isUsed: (mac: string) => boolean): string {
  for (let tried = 0; tried < POOL; tried += 1) {
    const mac = macAt(storeId, next());
    if (!isUsed(mac)) return mac;
  }
  throw new AppError('NO_CAPACITY', `All ${POOL} MAC addresses of the pool are in use`, {
    rule: 'O5',
    field: 'mac',
    remedy: note('Remove vNICs that are no longer needed, or specify a MAC address.'),
  });
}
