import { AppError } from '../../contract';
import type { Core } from './core';

/** Areas whose handlers are still being written. This file goes when they are there. */
export function notYet({ os }: Core) {
  const refuse = (): never => {
    throw new AppError('NOT_SUPPORTED', 'This part of the engine is not there yet');
  };
  const { vms, vnics, images, map, demo } = os;
  return {
    vms: {
      list: vms.list.handler(refuse),
      show: vms.show.handler(refuse),
      add: vms.add.handler(refuse),
      update: vms.update.handler(refuse),
      start: vms.start.handler(refuse),
      shutdown: vms.shutdown.handler(refuse),
      stop: vms.stop.handler(refuse),
      reboot: vms.reboot.handler(refuse),
      reset: vms.reset.handler(refuse),
      suspend: vms.suspend.handler(refuse),
      resume: vms.resume.handler(refuse),
      remove: vms.remove.handler(refuse),
      console: vms.console.handler(refuse),
      consoleWrite: vms.consoleWrite.handler(refuse),
    },
    vnics: {
      list: vnics.list.handler(refuse),
      add: vnics.add.handler(refuse),
      plug: vnics.plug.handler(refuse),
      unplug: vnics.unplug.handler(refuse),
      link: vnics.link.handler(refuse),
      move: vnics.move.handler(refuse),
      remove: vnics.remove.handler(refuse),
    },
    images: {
      list: images.list.handler(refuse),
      add: images.add.handler(refuse),
      remove: images.remove.handler(refuse),
    },
    map: { show: map.show.handler(refuse), reach: map.reach.handler(refuse) },
    demo: { add: demo.add.handler(refuse), remove: demo.remove.handler(refuse) },
  };
}
