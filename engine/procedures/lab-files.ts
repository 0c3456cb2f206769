import { ApplyPayload } from '../labfile/job';
import { type Actor, AppError, type CommandOutput, LabFile, type PreviewLine, say } from '../../contract';
import type { Core } from '../context';
import type { Outcome } from '../core/scope';
import { confine } from '../core/confine';
import { absentFiles } from '../vms/boot-files';
import { diskFormats } from '../vms/disk-formats';
import { applyHosts } from '../labfile/apply-hosts';
import { applyNetworks } from '../labfile/apply-networks';
import { applyPromises } from '../labfile/apply-promises';
import { applyServices } from '../labfile/apply-services';
import { applyStretches } from '../labfile/apply-stretch';
import { applyVms, sourcesOf } from '../labfile/apply-vms';
import { Applying } from '../labfile/applying';
import { LabFiles } from '../labfile/files';
import { applyJob, runApply } from '../labfile/job';
import { type ParsedFile, parsedFile, pathWords } from '../labfile/parse';
import { applyPlaces } from '../labfile/places';
import { writeLabFile } from '../labfile/write';

interface Applied {
  readonly dataCenter: string;
  readonly plan: PreviewLine[];
}
interface Apply {
  readonly text: string;
  readonly folder?: string | undefined;
  readonly allowFiles: boolean;
  readonly dryRun: boolean;
}

export function labfileHandlers(core: Core) {
  const { os, store, refs, command, kinds } = core;
  kinds.define('labfile.apply', ApplyPayload, (job) => runApply(core, job));
  return {
    export: os.labfile.export.handler(({ input }) => {
      const { id, name } = refs.dataCenter(input.dataCenter);
      return { dataCenter: name, text: writeLabFile(store, core.promises, id) };
    }),
    apply: os.labfile.apply.handler(async ({ input, context }) => {
      const parsed = parsedFile(await core.labTexts.read(input.text));
      await confineFile(core, context.actor, parsed);
      const files = await LabFiles.of(core.allowedFiles, context.actor, parsed, input);
      // A refused file is not read.
      const vms = parsed.file.vms.map((vm) => sourcesOf(vm, vm.vnics?.[0]?.name)).filter((_, i) => files.mayUse(i));
      const absent = await absentFiles(core, vms);
      const formats = await diskFormats(
        core,
        vms.map(({ boot }) => boot),
        absent,
      );
      return command<Apply, CommandOutput & Applied>((scope) =>
        apply(new Applying(core, scope, parsed, absent, formats, files)),
      )({ input, context });
    }),
  };
}

/** The paths in a file are limited like those in any input; errors name the line. */
async function confineFile({ allowedFiles }: Core, actor: Actor, { file, lineOf }: ParsedFile): Promise<void> {
  for (const [i, vm] of file.vms.entries()) {
    try {
      await confine(allowedFiles, actor, LabFile, { atoll: file.atoll, vms: [vm] });
    } catch (error) {
      if (!(error instanceof AppError) || error.remedy === null) throw error;
      const at = ['vms', i, ...(error.field?.split('.').slice(2) ?? [])];
      const words = `line ${lineOf(at)}: ${pathWords(at)}: ${error.message}`;
      throw new AppError(error.code, words, { field: pathWords(at), remedy: error.remedy, cause: error });
    }
  }
}

function apply(applying: Applying): Outcome<Applied> {
  applyPlaces(applying);
  // Hosts after networks, so that a new host is set up with all of them at once; VMs need both.
  applyNetworks(applying);
  applyHosts(applying);
  applyVms(applying);
  applyServices(applying);
  applyStretches(applying);
  applyPromises(applying);
  const { plan, toBringUp, toConverge } = applying;
  const job = applyJob(applying);
  const lines = plan.length > 0 ? plan : [say('preview.labfile.nothing', {})];
  return {
    output: { dataCenter: applying.parsed.file.dataCenter, plan: lines },
    lines,
    hosts: [...toBringUp.keys(), ...toConverge.keys()],
    ...(job ? { job } : {}),
  };
}
