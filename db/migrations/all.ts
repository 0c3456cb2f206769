import { initial } from './0001-initial';
import { forwards } from './0002-forwards';
import { preferences } from './0003-preferences';
import { undo } from './0004-undo';
import { setup } from './0005-setup';
import { labels } from './0006-labels';
import { snapshots } from './0007-snapshots';
import { leftovers } from './0008-leftovers';
import { notes } from './0009-notes';
import { imported } from './0010-imported';
import { confirmedKeys } from './0011-confirmed-keys';
import { acceptedParts } from './0012-accepted-parts';
import { diskFormats } from './0013-disk-formats';
import { takeOvers } from './0014-take-overs';
import { messages } from './0015-messages';
import { reasons } from './0016-reasons';
import { seeds } from './0017-seeds';
import { disks } from './0018-disks';
import { trashImages } from './0019-trash-images';
import { hardware } from './0020-hardware';
import { bootDiskBus } from './0021-boot-disk-bus';
import { guests } from './0022-guests';
import { tpm } from './0023-tpm';
import { services } from './0024-services';
import { stretch } from './0025-stretch';
import { promises } from './0026-promises';
import { checkCounts } from './0027-check-counts';
import { servicesFamilies } from './0028-services-families';
import { autostart } from './0029-autostart';
import { nicSpeeds } from './0030-nic-speeds';
import { bootOrder } from './0031-boot-order';
import { fullCopies } from './0032-full-copies';
import { machineTypes } from './0033-machine-types';
import { failedPoints } from './0034-failed-points';
import type { Migration } from './migration';

/** Every migration, in order. The last one's version is this build's schema version. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  forwards,
  preferences,
  undo,
  setup,
  labels,
  snapshots,
  leftovers,
  notes,
  imported,
  confirmedKeys,
  acceptedParts,
  diskFormats,
  takeOvers,
  messages,
  reasons,
  seeds,
  disks,
  trashImages,
  hardware,
  bootDiskBus,
  guests,
  tpm,
  services,
  stretch,
  promises,
  checkCounts,
  servicesFamilies,
  autostart,
  nicSpeeds,
  bootOrder,
  fullCopies,
  machineTypes,
  failedPoints,
];
