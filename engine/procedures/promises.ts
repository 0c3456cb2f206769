import { AppError } from '../../contract';
import type { Core } from '../context';

const later = (): never => {
  throw new AppError('NOT_SUPPORTED', 'Promises are not there yet');
};

export function promiseHandlers({ os }: Core) {
  return {
    list: os.promises.list.handler(later),
    show: os.promises.show.handler(later),
    add: os.promises.add.handler(later),
    update: os.promises.update.handler(later),
    remove: os.promises.remove.handler(later),
    check: os.promises.check.handler(later),
    verify: os.promises.verify.handler(later),
    groups: os.promises.groups.handler(later),
    setGroup: os.promises.setGroup.handler(later),
    removeGroup: os.promises.removeGroup.handler(later),
  };
}
