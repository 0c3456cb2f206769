import { textOf } from '../../english/text-of';
import { hintOf } from '../../english/remedies';
import type { AtollClient } from '../../app/client';
import type { Context } from '../context';

/** Warns on which isolated networks a VM cannot reach all others, with the remedy (rule S10). */
export async function sayApart({ out }: Pick<Context, 'out'>, client: AtollClient, vm: string): Promise<void> {
  for (const apart of await client.map.apart({ vm })) {
    out.line(`warning: ${textOf(apart.message)}`);
    out.line(hintOf(apart.remedy));
  }
}
