import { BUILD, VERSION } from '../../app/version';
import { CONTRACT_VERSION } from '../../contract/version';
import type { Run } from '../spec';

export const version: Run = ({ out }) => {
  const value = { version: VERSION, build: BUILD, contract: CONTRACT_VERSION, node: process.version };
  out.answer(value, () =>
    out.line(`atoll ${VERSION} (build ${BUILD}, contract ${CONTRACT_VERSION}, Node ${process.version})`),
  );
  return Promise.resolve();
};
