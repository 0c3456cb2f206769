import { execFileSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { AppError } from '../../contract';
import { openStore } from '../store';
import { aHost, anEvent, defaultPlace, oldText } from './rows';

/**
 * Store operations that tests run in another process. Bundled by `run-child.ts` like the product, so this also shows that the
 * migrations are in a bundle. Prints one line of JSON, or a line for each acknowledged write.
 */
const [act, path = ''] = process.argv.slice(2);
const say = (value: unknown): void => void writeSync(1, `${JSON.stringify(value)}\n`);

function failure(error: unknown): unknown {
  if (!(error instanceof AppError)) throw error;
  return { code: error.code, message: error.message, remedy: error.remedy };
}

function attempt(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return failure(error);
  }
}

switch (act) {
  case 'open': {
    say(attempt(() => openStore(path).storeId));
    break;
  }
  case 'count': {
    const store = openStore(path);
    const numbers = Array.from({ length: 200 }, () => store.counters.next('shared'));
    store.close();
    say(numbers);
    break;
  }
  case 'acknowledge': {
    const store = openStore(path);
    for (;;) say(store.events.append(anEvent({ message: oldText('x'.repeat(500)) })).seq);
  }

  case 'half': {
    const store = openStore(path);
    store.transaction((tx) => {
      tx.hosts.insert(aHost(defaultPlace(store).clusterId));
      tx.events.append(anEvent());
      say('inside');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
    break;
  }
  case 'fill': {
    const store = openStore(path);
    let acknowledged = 0;
    const refusal = attempt(() => {
      for (;;) acknowledged = store.events.append(anEvent({ message: oldText('x'.repeat(4000)) })).seq;
    });
    const whole = attempt(() =>
      store.transaction((tx) => {
        for (let i = 0; i < 5000; i += 1) tx.events.append(anEvent({ message: oldText('y'.repeat(4000)) }));
      }),
    );
    const { after, lastSeq } = store.events;
    say({ refusal, whole, acknowledged, kept: after(0, 100_000).length, lastSeq: lastSeq() });
    break;
  }
  case 'filled': {
    openStore(path).close();
    execFileSync('sh', ['-c', 'dd if=/dev/zero of="$1" bs=4k 2>/dev/null || :', 'sh', `${path}.rest`]);
    say(attempt(() => openStore(path).storeId));
    break;
  }
  case 'read-only': {
    const store = openStore(path);
    store.close();
    execFileSync('mount', ['-o', 'remount,ro', process.argv[4] ?? '']);
    say(attempt(() => openStore(path).storeId));
    break;
  }
  default:
    throw new Error(`no such act: ${act}`);
}
