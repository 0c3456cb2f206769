export { certificateHtml } from './certificate/html';
export { driftText } from './messages/events';
export { reasonParts } from './reason-parts';
export { textOf } from './text-of';
export { withTexts } from './with-texts';
