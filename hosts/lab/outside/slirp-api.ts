import { z } from 'zod';
import { AppError, FORWARD_ADDRESS, Protocol, note } from '../../../contract';
import type { ForwardSpec } from '../../../engine/ports/changes';
import { parseJson } from '../../parse-json';
import { connectUnix } from '../../shells/spawn';

/** A list of all forwards is a few KB. */
const ANSWER_CHARS = 1024 * 1024;
const ANSWER_WITHIN_MS = 3000;

/** slirp4netns(1), "API socket": one JSON request, one JSON answer, then the connection ends. A list has no `return` around it. */
const Answer = z.looseObject({ error: z.object({ desc: z.string() }).optional() });
const Entries = z.object({
  entries: z.array(
    z.object({
      id: z.int(),
      proto: z.string(),
      host_addr: z.string(),
      host_port: z.int(),
      guest_addr: z.string(),
      guest_port: z.int(),
    }),
  ),
});

/** A forward as slirp4netns lists it; `id` is its own, and changes when the forward is created again. */
export interface SlirpForward extends ForwardSpec {
  readonly id: number;
}

/** Parses an answer; null: invalid. */
export const readAnswer = (text: string): z.infer<typeof Answer> | null => parseJson(Answer, text);

/** The forwards in the answer to `list_hostfwd`; null: there is no such list. */
export function readForwards(answer: unknown): SlirpForward[] | null {
  const list = Entries.safeParse(answer);
  if (!list.success) return null;
  return list.data.entries.flatMap((entry) => {
    const protocol = Protocol.safeParse(entry.proto);
    if (!protocol.success) return [];
    return [
      {
        id: entry.id,
        protocol: protocol.data,
        hostPort: entry.host_port,
        guestAddress: entry.guest_addr,
        guestPort: entry.guest_port,
        ...(entry.host_addr === FORWARD_ADDRESS ? {} : { address: entry.host_addr }),
      },
    ];
  });
}

/** The forwards of a running slirp4netns, by its API socket. */
export class SlirpApi {
  /** `name`: the lab, for errors. */
  constructor(
    private readonly name: string,
    private readonly socket: string,
  ) {}

  /** @throws AppError HOST_UNREACHABLE when it does not answer */
  async list(): Promise<SlirpForward[]> {
    const forwards = readForwards(await this.ask({ execute: 'list_hostfwd' }));
    if (forwards === null) throw this.noSense();
    return forwards;
  }

  /** Binds only the loopback address of this computer. */
  async add({ protocol, hostPort, guestAddress, guestPort }: ForwardSpec): Promise<void> {
    await this.ask({
      execute: 'add_hostfwd',
      arguments: {
        proto: protocol,
        host_addr: FORWARD_ADDRESS,
        host_port: hostPort,
        guest_addr: guestAddress,
        guest_port: guestPort,
      },
    }).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code === 'HOST_UNREACHABLE') throw error;
      throw new AppError('HOST_COMMAND_FAILED', `${protocol} ${FORWARD_ADDRESS}:${hostPort} cannot be opened`, {
        remedy: note(
          `Another program may be using it${hostPort < 1024 ? ', and ports below 1024 are for root' : ''}. Choose another port.`,
        ),
        cause: error,
      });
    });
  }

  /** Removing a forward that is already gone is not an error. */
  async remove({ protocol, hostPort, address }: ForwardSpec): Promise<void> {
    const found = (await this.list()).filter(
      (one) => one.protocol === protocol && one.hostPort === hostPort && one.address === address,
    );
    for (const { id } of found) await this.ask({ execute: 'remove_hostfwd', arguments: { id } });
  }

  private async ask(request: object): Promise<unknown> {
    const answer = readAnswer(await this.exchange(JSON.stringify(request)));
    if (answer === null) throw this.noSense();
    if (!answer.error) return answer;
    throw new AppError('HOST_COMMAND_FAILED', `The uplink of the ${this.name} refused: ${answer.error.desc}`);
  }

  private noSense(): AppError {
    return new AppError('HOST_UNREACHABLE', `The uplink of the ${this.name} returned an unreadable response`, {
      remedy: note('Restart it: disable the uplink of the lab, then enable it again.'),
    });
  }

  private async exchange(request: string): Promise<string> {
    const connection = await connectUnix(this.name, this.socket);
    const timer = setTimeout(() => connection.destroy(new Error('no answer')), ANSWER_WITHIN_MS);
    try {
      connection.end(request);
      let text = '';
      for await (const chunk of connection) {
        text += String(chunk);
        if (text.length > ANSWER_CHARS) throw new Error('its answer has no end');
      }
      return text;
    } catch (cause) {
      throw new AppError('HOST_UNREACHABLE', `The uplink of the ${this.name} does not respond`, { cause });
    } finally {
      clearTimeout(timer);
      connection.destroy();
    }
  }
}
