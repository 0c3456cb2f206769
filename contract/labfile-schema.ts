import { z } from 'zod';
import { LABFILE_VERSION, LabFile } from './model/labfile';

/**
 * The JSON schema of a lab file, by which editors complete and check it: docs/schema/lab-1.json. It says the shape only; what
 * goes beyond (names once, no blank at a name's ends) the engine says, with the line.
 */
export function labFileSchema(): string {
  const schema = z.toJSONSchema(LabFile, { io: 'input', unrepresentable: 'any' });
  const title = `A data center of Atoll, version ${LABFILE_VERSION} of the format`;
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}
