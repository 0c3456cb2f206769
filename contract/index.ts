/** The one face of the contract: what can be asked, of what shape, and how it can fail. */
export * from './app-error';
export * from './contract';
export * from './errors';
export * from './model/activity';
export * from './model/common';
export * from './model/forward';
export * from './model/map';
export * from './model/network';
export * from './model/places';
export * from './model/system';
export * from './model/vm';
export { EntityKind, LiveBatch } from './procedures/activity';
export type { CommandOutput } from './procedures/base';
export { NetworkDraft } from './procedures/networks';
export { BootDraft, ConsoleChunk, ScreenChunk, VnicDraft } from './procedures/vms';
export * from './state/host';
export * from './state/vm';
export * from './version';
