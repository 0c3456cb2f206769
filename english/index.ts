export { certificateHtml } from './certificate/html';
export { uncheckedPoints } from './certificate/unchecked-points';
export { driftText } from './messages/events';
export { reasonParts } from './reason-parts';
export { textOf } from './text-of';
export { withTexts } from './with-texts';
