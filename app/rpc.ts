import { StandardRPCJsonSerializer, StandardRPCSerializer } from '@orpc/client/standard';
import { StandardHandler, StandardRPCCodec, StandardRPCMatcher } from '@orpc/server/standard';
import type { CallContext } from '../engine/core/ports';
import type { EngineRouter } from './door';

/** Whether a value is JSON as it is: texts, numbers, true, false, null, and plain lists and objects of them. */
function isJson(value: unknown): boolean {
  if (value === null) return true;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return !Number.isNaN(value);
    case 'object':
      break;
    default:
      return false;
  }
  if (Array.isArray(value)) return value.every(isJson);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  // A field that is undefined is left out by the library and by JSON alike.
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    if (key === '__proto__') return false;
    if (field !== undefined && !isJson(field)) return false;
  }
  return true;
}

/**
 * The library's serializer copies each value and notes its path, in case it is a date or a set. The map of 10,000 VMs has neither, and
 * copying it took more time than computing it: what is JSON already is sent as it is.
 */
export class PlainSerializer extends StandardRPCJsonSerializer {
  override serialize(
    ...given: Parameters<StandardRPCJsonSerializer['serialize']>
  ): ReturnType<StandardRPCJsonSerializer['serialize']> {
    const [data] = given;
    return given.length === 1 && isJson(data) ? [data, [], [], []] : super.serialize(...given);
  }
}

/** What answers the calls of a door, of whichever transport. */
export const callsOf = (router: EngineRouter): StandardHandler<CallContext> =>
  new StandardHandler(
    router,
    new StandardRPCMatcher(),
    new StandardRPCCodec(new StandardRPCSerializer(new PlainSerializer())),
    {},
  );
