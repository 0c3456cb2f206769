import { AddImagePayload } from '../images/add-image';
import { ImageFromVmPayload, imageFromVmHandler, runImageFromVm } from '../images/image-from-vm';
import { ImagePayload } from '../core/jobs/payload';
import { AppError, note, say } from '../../contract';
import type { Core } from '../context';
import type { Scope } from '../core/scope';
import { newId } from '../core/ids';
import { assertImageNotInTrash, assertImageUnused, assertImageNameUnique } from '../vms/rules';
import { runAddImage } from '../images/add-image';

export function imageHandlers(core: Core) {
  const { os, store, images, command } = core;
  core.kinds.define('images.add', AddImagePayload, (job) => runAddImage(core, job));
  core.kinds.define('images.addFromVm', ImageFromVmPayload, (job) => runImageFromVm(core, job));
  core.kinds.define('images.remove', ImagePayload, (job) => {
    const { imageId } = job.payload;
    return job.step(1, async () => {
      await images.remove(imageId);
      return null;
    });
  });
  core.live.present('image', (id) => store.images.get(id));
  return {
    list: os.images.list.handler(() => store.images.list()),
    add: os.images.add.handler(
      command(({ tx }, { name, path, sha256 = null }) => {
        assertImageNameUnique(name, tx.images.byName(name));
        const imageId = newId();
        const steps = [{ title: say('step.image.copy', { path }) }];
        const job = {
          kind: 'images.add',
          title: say('images.add', { image: name }),
          payload: { imageId, name, path, sha256 },
          subjects: { imageId },
          steps,
        };
        return { output: { image: null }, job, lines: [say('preview.image.add', { image: name, path })] };
      }),
    ),
    addFromVm: os.images.addFromVm.handler(command((scope, input) => imageFromVmHandler(scope, input))),
    rename: os.images.rename.handler(command((scope, input) => renameImage(scope, input))),
    remove: os.images.remove.handler(command((scope, input) => removeImage(scope, input.image))),
  };
}

function renameImage(
  { tx, refs, emit }: Scope,
  { image: ref, name }: { readonly image: string; readonly name: string },
) {
  const image = refs.image(ref);
  const other = tx.images.byName(name);
  assertImageNameUnique(name, other?.id === image.id ? undefined : other);
  const lines = [say('preview.image.rename', { image: image.name, name })];
  if (name === image.name) return { output: { image }, lines };
  tx.images.update(image.id, { name });
  emit('image.renamed', 'normal', say('image.renamed', { image: name, was: image.name }), { imageId: image.id });
  return { output: { image: { ...image, name } }, lines };
}

/** The row is removed at once, so that no new VM uses the image; the job deletes the file. */
function removeImage({ tx, refs, emit }: Scope, ref: string) {
  const image = refs.image(ref);
  assertImageUnused(
    image,
    tx.vms.list().filter((vm) => vm.boot.kind === 'image' && vm.boot.imageId === image.id),
  );
  assertImageNotInTrash(
    image,
    tx.trash.list().filter(({ imageId }) => imageId === image.id),
  );
  if (beingAdded(tx, image.id)) {
    throw new AppError('CONFLICT', `The image "${image.name}" is still being added`, {
      field: 'image',
      remedy: note('Wait for its job, or cancel it.'),
    });
  }
  tx.images.remove(image.id);
  emit('image.removed', 'normal', say('image.removed', { image: image.name }), { imageId: image.id });
  const steps = [{ title: say('step.image.delete', { image: image.name }) }];
  const subjects = { imageId: image.id };
  const job = {
    kind: 'images.remove',
    title: say('images.remove', { image: image.name }),
    payload: { imageId: image.id },
    subjects,
    steps,
  };
  return { output: {}, job, lines: [say('preview.image.remove', { image: image.name })] };
}

const beingAdded = (tx: Scope['tx'], imageId: string): boolean =>
  tx.jobs
    .inState(['queued', 'running'])
    .some(
      ({ kind, subjects }) => (kind === 'images.add' || kind === 'images.addFromVm') && subjects.imageId === imageId,
    );
