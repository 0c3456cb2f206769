import type { Disposal } from '../../../engine/ports/host-driver';
import { CommandError } from '../../command-error';
import type { Shell } from '../../shell';
import type { Adoption } from './adoption';
import { emptyTrash, LONG_MS, removeDisks, untrash } from './disks';
import { forgetDefinitions, hasTpm, keepDefinition, keepNvram, keepTpm, nvramOf, socketsPart } from './kept-definition';
import { isKept } from './mark-xml';
import { DROP_MEMORY, STOP } from './saved-memory';
import { inOneScript, type ScriptPart } from './script-parts';
import type { LinuxSnapshots } from './snapshots';
import type { LinuxVerbs } from './verbs';
import { answerXml, dumped, explain } from './virsh';
import { withXml } from './xml';

/** $1: the VM. One virsh: its state, and its definition with its secrets (virsh.ts). */
const FIND = `
LC_ALL=C; export LC_ALL
printf '\\f'
exec virsh -q "domstate $1; dumpxml $1 --security-info --inactive"
`;

/** $1: the VM, $2: what becomes of its firmware variables. */
const UNDEFINE = 'exec virsh -q undefine "$1" --managed-save --snapshots-metadata "$2" >&2';

interface Context {
  readonly shell: Shell;
  readonly diskDir: string;
  readonly adoption: Adoption;
  readonly snapshots: LinuxSnapshots;
  readonly verbs: LinuxVerbs;
  serialLog(vmId: string): string;
  /** Throws CONFLICT for a domain of another store. */
  requireOurs(xml: string, vmId: string): void;
}

/**
 * Removes the VMs of a Linux host, and keeps what an undo of that needs: one script finds what there is, and after its mark was checked a
 * second one stops, keeps, removes the definition and the rest, in that order. Wherever it is cut off, it can be run again.
 */
export class Removal {
  constructor(private readonly context: Context) {}

  async remove(vmId: string, disks: Disposal, signal: AbortSignal): Promise<string[]> {
    const { context } = this;
    const { xml, isDown, others } = await this.found(vmId, signal);
    if (xml === null) return this.run(vmId, this.leftParts(vmId, disks), signal);
    context.requireOurs(xml, vmId);
    if (withXml(xml, ({ root }) => isKept(root))) {
      await context.adoption.release(vmId, signal);
      return [];
    }
    if (others.length > 0) {
      await context.verbs.stop(vmId, signal);
      await context.snapshots.leaveOthersDisks(vmId, others, signal);
    }
    const stop = isDown ? [] : [{ script: STOP, args: [context.diskDir, vmId] }];
    const parts = [...stop, ...this.undefineParts(vmId, xml, disks), ...this.leftParts(vmId, disks)];
    return this.run(vmId, parts, signal, xml);
  }

  /** The definition of a VM, whether it is down, and the disks outside its folder that contain snapshots of it. */
  private async found(
    vmId: string,
    signal: AbortSignal,
  ): Promise<{ readonly xml: string | null; readonly isDown: boolean; readonly others: string[] }> {
    const { shell, snapshots } = this.context;
    const known = await this.asked(vmId, signal);
    const find = known === null ? [{ script: FIND, args: [vmId] }] : [];
    const { script, args } = inOneScript([snapshots.othersDisks(vmId), ...find]);
    const okExits = known === null ? 'any' : [0];
    const result = await shell.script(script, args, { signal, okExits }).catch(explain);
    // No XML contains it.
    const [paths = '', said = ''] = result.stdout.split('\f');
    const others = [...new Set(paths.split('\n').filter((line) => line !== ''))];
    if (known !== null) return { ...known, others };
    const [words, xml] = [said.slice(0, said.indexOf('<')), said.slice(said.indexOf('<'))];
    const defined = dumped(shell, ['dumpxml', vmId], { ...result, stdout: xml });
    return { xml: defined, isDown: words.trim() === 'shut off', others };
  }

  /** What a virsh that stays says of a VM; null if there is none, or no answer. */
  private async asked(vmId: string, signal: AbortSignal): Promise<{ xml: string | null; isDown: boolean } | null> {
    const commands = [`domstate ${vmId}`, `dumpxml ${vmId} --security-info --inactive`];
    const [words = '', text] = (await this.context.shell.virsh?.ask(commands, { signal, starts: true })) ?? [];
    const xml = answerXml(text);
    return xml === undefined ? null : { xml, isDown: words.trim() === 'shut off' };
  }

  /** Removes the definition of a VM. Unless all of it is deleted, its definition, firmware variables and TPM are kept for an undo. */
  private undefineParts(vmId: string, existing: string, disks: Disposal): ScriptPart[] {
    const { context } = this;
    const nvram = nvramOf(existing);
    const undefine = { script: UNDEFINE, args: [vmId, disks === 'delete' ? '--nvram' : '--keep-nvram'] };
    if (disks === 'delete') return [undefine];
    return [
      keepDefinition(context, vmId),
      ...(hasTpm(existing) ? [keepTpm(context, vmId)] : []),
      undefine,
      ...(nvram === null ? [] : [keepNvram(context, vmId, nvram)]),
    ];
  }

  /** What a VM without a definition can have left, and its disks last: their paths are what the whole prints. */
  private leftParts(vmId: string, disks: Disposal): ScriptPart[] {
    const { context } = this;
    return [
      socketsPart(vmId),
      context.snapshots.drop(vmId),
      { script: DROP_MEMORY, args: [context.diskDir, vmId] },
      removeDisks({ ...context, vmId, serialLog: context.serialLog(vmId) }, disks),
    ];
  }

  private async run(vmId: string, parts: readonly ScriptPart[], signal: AbortSignal, stdin = ''): Promise<string[]> {
    const { shell } = this.context;
    const { script, args } = inOneScript(parts);
    const { stdout } = await shell
      .script(script, args, { signal, timeoutMs: LONG_MS, stdin })
      .catch((error: unknown) => {
        // The script is long: what failed is in its output.
        if (!(error instanceof CommandError)) throw error;
        return explain(new CommandError(error.host, ['virsh', 'undefine', vmId], error.exit, error.stderr));
      });
    return stdout.split('\n').filter(Boolean);
  }

  untrash(vmId: string, signal: AbortSignal): Promise<void> {
    const { context } = this;
    return untrash(context.shell, context, vmId, signal);
  }

  async emptyTrash(vmIds: readonly string[], signal: AbortSignal): Promise<void> {
    const { context } = this;
    await emptyTrash(context.shell, context, vmIds, signal);
    await forgetDefinitions(context.shell, context, vmIds, signal);
  }
}
