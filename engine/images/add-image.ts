import { z } from 'zod';
import { Id, say } from '../../contract';
import type { Core } from '../context';
import { emitter } from '../core/events';
import { instant } from '../core/ids';
import { copyReporter } from '../core/jobs/copying';
import type { RunningJob } from '../core/jobs/job-kinds';
import { assertImageNameUnique } from '../vms/rules';

export const AddImagePayload = z.strictObject({
  imageId: Id,
  name: z.string(),
  path: z.string(),
  sha256: z.string().nullable().default(null),
});
export type AddImagePayload = z.infer<typeof AddImagePayload>;

/** Copies a file in, then writes the row. On failure or cancellation no file is left. */
export async function runAddImage(core: Core, job: RunningJob<AddImagePayload>): Promise<void> {
  const { store, images, clock } = core;
  const { imageId, name, path, sha256 } = job.payload;
  if (store.images.get(imageId)) return job.skip(1, say('result.already_added', {}));
  await job.step(1, async (signal) => {
    try {
      const file = await images.add(imageId, { path, sha256 }, copyReporter(clock, job, 1), signal);
      const at = instant(clock.now());
      store.transaction((tx) => {
        assertImageNameUnique(name, tx.images.byName(name));
        tx.images.insert({ id: imageId, name, ...file, createdAt: at });
        emitter(tx, job.actor, at)('image.added', 'normal', say('image.added', { image: name }), {
          imageId,
          jobId: job.id,
        });
      });
      return say('result.image_copied', { bytes: file.sizeBytes, format: file.format });
    } catch (error) {
      await images.remove(imageId);
      throw error;
    }
  });
}
