/// <reference types="novnc__novnc" />

/** Vite turns these imports into a stylesheet link. */
declare module '*.css';

/** The types are for versions before 1.7, which exported the class from another path. */
declare module '@novnc/novnc' {
  export { default } from '@novnc/novnc/lib/rfb';
}
