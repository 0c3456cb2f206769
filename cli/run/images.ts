import { resolve } from 'node:path';
import type { AtollClient } from '../../app/client';
import type { Image } from '../../contract';
import { AppError } from '../../contract/app-error';
import { changing } from '../change';
import type { Run } from '../spec';
import { bytes } from '../text/units';
import { given } from './shared';

/** The names of the VMs that each image is used by, with those in the trash. */
async function usersOf(client: AtollClient): Promise<(image: Image) => string> {
  const [vms, trash] = await Promise.all([client.vms.list({}), client.trash.list()]);
  return ({ id }) =>
    [
      ...vms.flatMap(({ name, boot }) => (boot.kind === 'image' && boot.imageId === id ? [name] : [])),
      ...trash.flatMap(({ name, imageId }) => (imageId === id ? [`${name} (in the trash)`] : [])),
    ].join(', ');
}

export const imageList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  const [images, users] = await Promise.all([client.images.list(), usersOf(client)]);
  out.answer(images, (rows) =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'format', of: (row) => row.format },
        { title: 'on disk', of: (row) => bytes(row.sizeBytes) },
        { title: 'size', of: (row) => bytes(row.virtualBytes) },
        { title: 'used by', of: (row) => users(row) },
        { title: 'id', of: (row) => row.id },
      ],
      'There is no image. Add one with: atoll image add NAME FILE',
    ),
  );
};

export const imageAdd: Run = (context) => {
  const { input } = context;
  const name = input.arg('NAME');
  const file = input.maybeArg('FILE');
  const vm = input.text('from-vm');
  if ((file === undefined) === (vm === undefined) || (vm !== undefined && input.has('sha256')))
    throw new AppError('BAD_INPUT', 'An image is made of one source: FILE (with --sha256) or --from-vm VM.', {
      field: file === undefined ? 'FILE' : 'from-vm',
    });
  return changing((client, dryRun) =>
    vm === undefined
      ? client.images.add({ name, path: resolve(file ?? ''), ...given({ sha256: input.text('sha256') }), dryRun })
      : client.images.addFromVm({ name, vm, dryRun }),
  ).run(context, {
    refresh: async (client) => ({ image: (await client.images.list()).find((image) => image.name === name) ?? null }),
    done: () => `Image ${name} was added.`,
  });
};

export const imageRename: Run = (context) => {
  const image = context.input.arg('IMAGE');
  const name = context.input.arg('NAME');
  return changing((client, dryRun) => client.images.rename({ image, name, dryRun })).run(context, {
    done: () => `Image ${image} was renamed to ${name}.`,
  });
};

export const imageRemove: Run = (context) => {
  const image = context.input.arg('IMAGE');
  return changing((client, dryRun) => client.images.remove({ image, dryRun })).run(context, {
    question: `Remove image ${image}?`,

    done: () => `Image ${image} was removed.`,
  });
};
