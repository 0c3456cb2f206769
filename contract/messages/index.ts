export * from './all';
export { JobTitle, StepResult, StepTitle } from './jobs';
export { type Drift, DriftKind, type LeftOnHost, type SetupChange, type VmChange } from './params';
export { ChangeLine, PreviewLine, PreviewProblem } from './previews';
export {
  ApartMessage,
  Doubt,
  HostReason,
  PlacementReason,
  PromiseReason,
  ReachReason,
  StretchReason,
  VmReason,
} from './reasons';
export { UndoItem } from './undo';
export { say } from './say';
