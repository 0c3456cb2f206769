/** Vite turns these imports into a stylesheet link. */
declare module '*.css';
