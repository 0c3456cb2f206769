import { checkAttachments } from './rules-attachments';
import { checkBonds } from './rules-bonds';
import { checkDetached } from './rules-detached';
import { checkWhole } from './rules-whole';
import type { SetupRequest } from './request';

/** All rules of *Setup networks*, in the order of oVirt's engine. The first broken one is thrown. */
export function checkSetup(request: SetupRequest): void {
  checkAttachments(request);
  checkDetached(request);
  checkBonds(request);
  checkWhole(request);
}
