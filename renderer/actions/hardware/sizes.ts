import { z } from 'zod';
import { text } from './text';

/** Memory and CPUs of a VM as the engine takes them, with a form's own words. */
export const SizeInputs = {
  memoryMiB: z.int(text.wholeMib).min(32, text.leastMib).max(4_194_304, text.mostMib),
  cpus: z.int(text.wholeNumber).min(1, text.leastOne).max(512, text.mostCpus),
};
