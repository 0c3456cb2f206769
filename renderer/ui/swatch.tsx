import { GRAY, type Look } from './palette';

export const lookClass = (look: Look | undefined): string =>
  `net-${(look ?? GRAY).color} pat-${(look ?? GRAY).pattern}`;

/** The color of a network, always beside its name. */
export function Swatch({ look }: { look: Look | undefined }) {
  return <span className={`swatch ${lookClass(look)}`} aria-hidden="true" />;
}
