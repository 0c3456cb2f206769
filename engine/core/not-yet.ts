import { AppError } from '../../contract';
import type { Core } from './core';

/** Areas whose handlers are still being written. This file goes when they are there. */
export function notYet({ os }: Core) {
  const refuse = (): never => {
    throw new AppError('NOT_SUPPORTED', 'This part of the engine is not there yet');
  };
  const { demo } = os;
  return { demo: { add: demo.add.handler(refuse), remove: demo.remove.handler(refuse) } };
}
