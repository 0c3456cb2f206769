import { expect, it } from 'vitest';
import { withTexts } from './with-texts';

const title = { type: 'vms.start', params: { vm: 'web' } };

it('has the text of a message in its place and the data beside it, at any depth', () => {
  expect(withTexts({ job: { title, steps: [{ title, message: null }] } })).toEqual({
    job: {
      title: 'Start VM web',
      titleData: title,
      steps: [{ title: 'Start VM web', titleData: title, message: null }],
    },
  });
});

it('has the texts of a list of messages in its place and the data beside it', () => {
  expect(withTexts({ summary: [title, title] })).toEqual({
    summary: ['Start VM web', 'Start VM web'],
    summaryData: [title, title],
  });
});

it('leaves everything else as it is', () => {
  const other = {
    type: 'lab',
    params: {},
    list: [],
    at: null,
    n: 1,
    deep: [{ type: 'vms.start' }, { type: 'x', params: {} }],
  };
  expect(withTexts(other)).toEqual(other);
});

it('leaves no message without its text: of a message in a message only the outer one is a line', () => {
  const queued = { type: 'job.queued', params: { title } };
  expect(withTexts([{ message: queued }])).toEqual([{ message: 'Start VM web: queued', messageData: queued }]);
});
