export { certificateHtml } from './certificate/html';
export { driftText } from './messages/events';
export { textOf } from './text-of';
export { withTexts } from './with-texts';
