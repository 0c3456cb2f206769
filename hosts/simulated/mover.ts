import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MoveChoice, VmFile, VmMover, VmPack, VmPart, VmReception, VmSpec } from '../../engine/ports/host-driver';
import { AppError, note } from '../../contract';
import { NO_CHOICE, Reception, receptionOf, requireChoice, requireSoundPack, unsoundPack } from '../packs';
import { parseJson } from '../parse-json';
import type { Machine } from './machine';
import { seededRandom } from './faults';

const MIB = 1_048_576;
/** The size of a simulated disk, so that its copy can be watched and cancelled; its content is generated, the same for the same VM. */
const DISK_BYTES = 16 * MIB;
/** The disk space of a simulated host. */
export const ROOM_BYTES = 64 * 1024 * MIB;

/** The parts of a simulated VM that are not in its spec. */
const Definition = z.object({
  storeId: z.string().nullable(),
  transcript: z.string(),
  parts: z.array(z.object({ id: z.string(), what: z.string(), xml: z.string(), canCarry: z.boolean() })),
});

function readDefinition(definition: string): z.infer<typeof Definition> {
  const read = parseJson(Definition, definition);
  if (read === null) throw unsoundPack('its definition is not one that a simulated host writes');
  return read;
}

/** Moves the VMs of simulated hosts. Bytes are really transferred, through the engine as between real hosts. */
export class SimulatedMover implements VmMover {
  readonly #machine: Machine;
  /** Received but not landed. Not saved in the state file: a killed host has incomplete copies, which are useless. */
  readonly #incoming = new Map<string, Map<string, number>>();

  readonly #receptions = new Map<string, Reception>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async inspect(spec: VmSpec, signal: AbortSignal): Promise<VmPart[]> {
    await this.#step('dumpxml', spec.id, signal);
    return this.#machine.state.vms.get(spec.id)?.parts ?? [];
  }

  async pack(spec: VmSpec, signal: AbortSignal): Promise<VmPack> {
    await this.#step('dumpxml', spec.id, signal);
    const vm = this.#machine.state.vms.get(spec.id);
    const parts = vm?.parts ?? [];
    const definition = JSON.stringify({ storeId: vm?.storeId ?? null, transcript: vm?.transcript ?? '', parts });
    const hasDisk = vm !== undefined && (spec.boot.kind === 'image' || spec.boot.kind === 'disk');
    const file = (name: string): VmFile => ({
      ...{ name, path: `/simulated/${spec.id}/${name}`, bytes: DISK_BYTES, allocated: DISK_BYTES },
    });
    const disks = vm === undefined ? [] : (spec.disks ?? []).map(({ id, format }) => file(`disk-${id}.${format}`));
    return {
      definition: vm ? definition : '',
      parts,
      files: [...(hasDisk ? [file('disk.qcow2')] : []), ...disks],
    };
  }

  async *read(vmId: string, file: VmFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const chunk of contentOf(vmId, file)) {
      await this.#step('read', vmId, signal);
      yield chunk;
    }
  }

  async hash(vmId: string, file: VmFile, signal: AbortSignal): Promise<string> {
    await this.#step('sha256sum', vmId, signal);
    const hash = createHash('sha256');
    for (const chunk of contentOf(vmId, file)) hash.update(chunk);
    return hash.digest('hex');
  }

  async expect(spec: VmSpec, pack: VmPack, signal: AbortSignal): Promise<VmReception> {
    requireSoundPack(pack);
    await this.discard(spec.id, signal);
    this.#receptions.set(spec.id, new Reception(pack.files, ROOM_BYTES));
    return { missing: pack.files, roomBytes: ROOM_BYTES };
  }

  async receive(vmId: string, file: VmFile, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string> {
    const reception = receptionOf(this.#receptions, vmId);
    const there = this.#incoming.get(vmId) ?? new Map<string, number>();
    this.#incoming.set(vmId, there);
    const hash = createHash('sha256');
    for await (const chunk of reception.take(file, content)) {
      await this.#step('write', vmId, signal);
      hash.update(chunk);
      there.set(file.name, (there.get(file.name) ?? 0) + chunk.length);
    }
    return hash.digest('hex');
  }

  async land(
    spec: VmSpec,
    pack: VmPack,
    signal: AbortSignal,
    choice: MoveChoice = NO_CHOICE,
  ): Promise<ReadonlyMap<string, string>> {
    requireSoundPack(pack);
    const made = pack.definition === '' ? null : readDefinition(pack.definition);
    if (made) requireChoice(spec.name, made.parts, choice);
    await this.#step('define', spec.id, signal);
    this.#receptions.delete(spec.id);
    const received = this.#incoming.get(spec.id);
    const lacking = pack.files.find(({ name, bytes }) => received?.get(name) !== bytes);
    if (lacking)
      throw new AppError('HOST_COMMAND_FAILED', `${lacking.path} was transferred incompletely`, {
        remedy: note('Try again.'),
      });
    this.#incoming.delete(spec.id);
    if (made) {
      const { storeId, transcript } = made;
      const parts = made.parts.filter(({ id, canCarry }) => canCarry && choice.carry.includes(id));
      const { state } = this.#machine;
      state.vms.set(spec.id, { spec, storeId, transcript, parts, state: 'down', until: null, why: null, live: null });
      this.#machine.notify('vm', `${spec.name} defined`);
      await this.#machine.save();
    }
    return new Map();
  }

  async discard(vmId: string, signal: AbortSignal): Promise<void> {
    await this.#step('undefine', vmId, signal);
    this.#incoming.delete(vmId);
    this.#receptions.delete(vmId);
    const vm = this.#machine.state.vms.get(vmId);
    if (!vm) return;
    if (vm.live)
      throw new AppError('CONFLICT', `The VM ${vm.spec.name} runs where only a copy of it should be`, {
        remedy: note('It was started from outside; end it there.'),
      });
    this.#machine.state.vms.delete(vmId);
    this.#machine.notify('vm', `${vm.spec.name} removed`);
    await this.#machine.save();
  }

  async #step(verb: string, vmId: string, signal: AbortSignal): Promise<void> {
    const { faults, clock } = this.#machine;
    await faults.step(clock, signal);
    this.#machine.mustAnswer();
    if (faults.strikes()) throw faults.failure(['simulated', verb, vmId], 'internal error: simulated fault');
  }
}

function* contentOf(vmId: string, file: VmFile): Generator<Uint8Array> {
  const random = seededRandom(`${vmId}/${file.name}`);
  for (let done = 0; done < file.bytes; done += MIB) {
    yield Buffer.alloc(Math.min(MIB, file.bytes - done), Math.floor(random() * 256));
  }
}
