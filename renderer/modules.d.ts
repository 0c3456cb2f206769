/// <reference types="novnc__novnc" />

/** Vite turns these imports into a stylesheet link. */
declare module '*.css';

/** The types are of the packages before 1.7, which had their class elsewhere. */
declare module '@novnc/novnc' {
  export { default } from '@novnc/novnc/lib/rfb';
}
