import type { Message, MessageType } from '../../contract/messages';

type AnyTexts = Partial<Record<MessageType, (params: never) => string>>;

/** A message by a table of texts. One that the table does not know, of a newer engine, is shown by its type. */
export function render(texts: AnyTexts, message: Message): string {
  if (message.type === 'text') return message.params.text;
  const text = texts[message.type];
  return text === undefined ? message.type : text(message.params as never);
}
