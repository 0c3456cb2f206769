import { AppError } from '../../contract/app-error';
import { DiskBus, DiskFormat } from '../../contract/model/disk';
import { note } from '../../contract/remedy';
import { sizeOf } from '../size';

/** One of a closed list; undefined stays so. */
function choice<T extends string>(values: readonly T[], text: string | undefined, field: string): T | undefined {
  if (text === undefined) return undefined;
  const known = values.find((each) => each === text);
  if (known !== undefined) return known;
  throw new AppError('BAD_INPUT', `--${field}: ${JSON.stringify(text)} is none of ${values.join(', ')}.`, { field });
}

export const busOf = (text: string | undefined, field = 'bus') => choice(DiskBus.options, text, field);
export const formatOf = (text: string | undefined, field = 'format') => choice(DiskFormat.options, text, field);

const FIELD = 'new-disk';

/** `20G`, `20G,bus=sata` or `1T,name=data,format=raw,discard,read-only`. A name can't contain a comma here. */
export function parseNewDisk(text: string) {
  const [size = '', ...options] = text.split(',');
  const values = new Map(
    options.map((option) => {
      const [key = '', ...value] = option.split('=');
      return [key, value.length === 0 ? undefined : value.join('=')] as const;
    }),
  );
  const known = ['bus', 'format', 'name', 'discard', 'read-only'];
  const unknown = [...values].find(
    ([key, value]) => !known.includes(key) || (value === undefined) !== (key === 'discard' || key === 'read-only'),
  );
  if (unknown !== undefined)
    throw new AppError('BAD_INPUT', `--${FIELD}: ${JSON.stringify(unknown[0])} is not an option of a disk.`, {
      field: FIELD,
      remedy: note('Possible are bus=BUS, format=FORMAT, name=NAME, discard and read-only.'),
    });
  const [bus, format, name] = [
    busOf(values.get('bus'), FIELD),
    formatOf(values.get('format'), FIELD),
    values.get('name'),
  ];
  return {
    sizeBytes: sizeOf(FIELD, size),
    discard: values.has('discard'),
    readOnly: values.has('read-only'),
    ...(bus === undefined ? {} : { bus }),
    ...(format === undefined ? {} : { format }),
    ...(name === undefined ? {} : { name }),
  };
}
