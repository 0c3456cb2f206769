export * from './all';
export { JobTitle, StepResult, StepTitle } from './jobs';
export { type Drift, DriftKind, type LeftOnHost, type SetupChange, type VmChange, type VmVerb } from './params';
export { ChangeLine, PreviewLine, PreviewProblem } from './previews';
export { PlacementReason } from './reasons';
export { say } from './say';
