import { textOf } from '../../english/text-of';
import { hintOf } from '../../english/remedies';
import type { AtollClient } from '../../app/client';
import type { Context } from '../context';

/** Says of a VM on which isolated networks it does not hear all others, and what brings them together (rule S10). */
export async function sayApart({ out }: Pick<Context, 'out'>, client: AtollClient, vm: string): Promise<void> {
  for (const apart of await client.map.apart({ vm })) {
    out.line(`warning: ${textOf(apart.message)}`);
    out.line(hintOf(apart.remedy));
  }
}
