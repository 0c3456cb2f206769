import { runDaemon } from './daemon';

await runDaemon(process.argv.slice(2));
