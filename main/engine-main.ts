import { runEngine } from './engine';

// `process.parentPort` is there in a utility process of Electron, and nowhere else.
runEngine(process.parentPort, (code) => process.exit(code));
