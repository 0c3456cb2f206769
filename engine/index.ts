/** The public interface of the engine. Ports are in `engine/ports`. */
export { type Engine, type EngineOptions, createEngine } from './engine';
export type { Restored } from './ports/store';
export type { CallContext, EnginePorts } from './core/ports';
export type { EngineRouter } from './router';
