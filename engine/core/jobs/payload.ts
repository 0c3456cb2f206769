import { z } from 'zod';
import { AppError, Id, note } from '../../../contract';
import type { JobRow } from '../../ports/store';

/** A list of ids in a payload. */
export const Ids = z.array(Id).readonly();

/** The payloads that several kinds of job share. */
export const HostPayload = z.strictObject({ hostId: Id });
export type HostPayload = z.infer<typeof HostPayload>;
export const ImagePayload = z.strictObject({ imageId: Id });
export type ImagePayload = z.infer<typeof ImagePayload>;
export const VmPayload = z.strictObject({ vmId: Id });
export type VmPayload = z.infer<typeof VmPayload>;
export const SnapshotPayload = z.strictObject({ snapshotId: Id });
export type SnapshotPayload = z.infer<typeof SnapshotPayload>;

/**
 * A stored payload in the current format of its kind of job; `undefined` if another version wrote another format. A payload is read
 * completely or not at all, so its schema is strict.
 */
export function tryPayload<P>(schema: z.ZodType<P>, { payload }: Pick<JobRow, 'payload'>): P | undefined {
  return schema.safeParse(payload).data;
}

/** A job of another version, whose work this engine can't do; what it holds is released (release-locks.ts). */
export class UnreadableJob extends AppError {
  constructor(message: string, remedy: string, cause?: unknown) {
    super('NOT_SUPPORTED', message, { remedy: note(remedy), cause });
    this.name = 'UnreadableJob';
  }
}

/** The same for a job that is to run. Throws UnreadableJob if another version wrote the payload. */
export function readPayload<P>(schema: z.ZodType<P>, job: Pick<JobRow, 'id' | 'kind' | 'payload'>): P {
  const read = schema.safeParse(job.payload);
  if (read.success) return read.data;
  const message = `Another version of Atoll saved the job ${job.id} (${job.kind}) in a form that this one can't read`;
  throw new UnreadableJob(message, 'Cancel the job and request the action again.', read.error);
}
