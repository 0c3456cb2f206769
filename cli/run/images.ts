import { resolve } from 'node:path';
import { changing } from '../change';
import type { Run } from '../spec';
import { bytes } from '../text/units';

export const imageList: Run = async ({ out, engine }) => {
  const { client } = await engine();
  out.answer(await client.images.list(), (rows) =>
    out.table(
      rows,
      [
        { title: 'name', of: (row) => row.name },
        { title: 'format', of: (row) => row.format },
        { title: 'on disk', of: (row) => bytes(row.sizeBytes) },
        { title: 'size', of: (row) => bytes(row.virtualBytes) },
        { title: 'id', of: (row) => row.id },
      ],
      'There is no image. Add one with: atoll image add NAME FILE',
    ),
  );
};

export const imageAdd: Run = (context) => {
  const name = context.input.arg('NAME');
  return changing((client, dryRun) =>
    client.images.add({ name, path: resolve(context.input.arg('FILE')), dryRun }),
  ).run(context, {
    refresh: async (client) => ({ image: (await client.images.list()).find((image) => image.name === name) ?? null }),
    done: () => `Image ${name} was added.`,
  });
};

export const imageRemove: Run = (context) => {
  const image = context.input.arg('IMAGE');
  return changing((client, dryRun) => client.images.remove({ image, dryRun })).run(context, {
    question: `Remove image ${image}?`,

    done: () => `Image ${image} was removed.`,
  });
};
