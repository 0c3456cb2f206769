import { AppError, note } from '../../contract';

/** A file that can't be imported. */
export const bad = (shown: string, why: string): AppError =>
  new AppError('BAD_INPUT', `${shown} can't be imported: ${why}`, {
    field: 'path',
    remedy: note('Export it again where it came from.'),
  });
