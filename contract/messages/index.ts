export * from './all';
export { JobTitle, StepResult, StepTitle } from './jobs';
export { type Drift, DriftKind, type LeftOnHost, type SetupChange, type VmChange } from './params';
export { say } from './say';
