import type { CommandOutput, Vm } from '../../contract';
import type { Core } from '../context';
import { type AbsentFiles, absentFiles } from '../vms/boot-files';
import {
  addDriveHandler,
  CdromPayload,
  CHANGE_CD_JOB,
  changeCdHandler,
  removeDriveHandler,
  runChangeCd,
} from '../vms/cdroms';

type Answer = CommandOutput & { vm: Vm };
type Add = { vm: string; path: string | null; dryRun: boolean; absent: AbsentFiles };

export function cdromHandlers(core: Core) {
  const { os, command } = core;
  core.kinds.define(CHANGE_CD_JOB, CdromPayload, (job) => runChangeCd(core, job));
  const absentOf = (path: string | null) => absentFiles(core, [{ cdroms: [{ path }] }]);
  return {
    add: os.cdroms.add.handler(async ({ input, context }) => {
      const absent = await absentOf(input.path);
      return command<Add, Answer>((scope, all) => addDriveHandler(scope, all))({
        input: { ...input, absent },
        context,
      });
    }),
    change: os.cdroms.change.handler(async ({ input, context }) => {
      const absent = await absentOf(input.path);
      return command<Add & { drive: string }, Answer>((scope, all) => changeCdHandler(scope, all))({
        input: { ...input, absent },
        context,
      });
    }),
    remove: os.cdroms.remove.handler(command((scope, input) => removeDriveHandler(scope, input))),
  };
}
