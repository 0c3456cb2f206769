import { z } from 'zod';
import { LABFILE_VERSION, LabFile } from './model/labfile';

/**
 * The JSON schema of a lab file, by which editors complete and validate it: docs/schema/lab-1.json. It only covers the structure;
 * the engine checks the rest (unique names, no spaces at a name's ends) and reports the line.
 */
export function labFileSchema(): string {
  const schema = z.toJSONSchema(LabFile, { io: 'input', unrepresentable: 'any' });
  const title = `A data center of Atoll, version ${LABFILE_VERSION} of the format`;
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}
