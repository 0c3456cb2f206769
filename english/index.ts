export { certificateHtml } from './certificate/html';
export { uncheckedPoints } from './certificate/unchecked-points';
export { driftText } from './messages/events';
export { junitOf, measurementText } from './junit';
export { pathText, promisePageHtml } from './promise-page/html';
export { promisePageData, showsItsData } from './promise-page/read';
export { reasonParts } from './reason-parts';
export { textOf } from './text-of';
export { withTexts } from './with-texts';
