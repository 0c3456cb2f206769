/** Where a new VM is to be, as far as that is known. */
export interface VmPlace {
  readonly networkId?: string | undefined;
  readonly hostId?: string | undefined;
}

/** A form that is open over the map. */
export type Creation = { readonly kind: 'network' } | ({ readonly kind: 'vm' } & VmPlace);
