/**
 * Words that people read stand in a catalogue (`text.ts`, renderer/ui/language.ts), so that they can be translated. This rule finds
 * those that stand elsewhere: as text of an element, in a property that is shown or read out, or as a sentence anywhere else.
 */
const SHOWN = new Set(
  `aria-label aria-description aria-roledescription ariaLabel title label placeholder alt words help hint description heading
   subtitle submit titleText bodyText toggleText byItself none headerContent bodyContent textAriaLabel hoverTip clickTip
   closeBtnAriaLabel buttonText tooltip message sub lead caption`.split(/\s+/),
);
/** What holds no words for people: names of classes, drawings, selectors, what is said in the log or is an address. */
const SILENT = new Set(`className class d path transform viewBox points key command queryKey style css`.split(/\s+/));
const SILENT_CALLS =
  /^(querySelector|querySelectorAll|closest|matches|RegExp|Error|matchMedia|setProperty|startsWith|endsWith|log|info|warn|error|debug)$/;

const LETTERS = /\p{L}/u;
/** A single word, with the punctuation around it. */
const WORD = String.raw`[("“‘]*\p{L}[\p{L}'’-]+[.,:;…?!)"”’]*`;
/** What is written with a space beside a word, or a word that begins or ends as a sentence does. */
const SENTENCE = new RegExp(`^\\s*${WORD}\\s+\\S|\\S\\s+${WORD}(\\s|$)|^\\p{Lu}\\p{Ll}+$|^${WORD}(?<=[.…?!:])$`, 'u');
/** Inside an element even one word is shown. */
const THROUGH = new Set([
  'ConditionalExpression',
  'LogicalExpression',
  'TemplateLiteral',
  'TSAsExpression',
  'TSSatisfiesExpression',
]);

/** The words of a literal; what is put into a template stands as `0`, which is no letter. */
const wordsOf = (node) =>
  node.type === 'TemplateLiteral' ? node.quasis.map((part) => part.value.cooked).join('0') : node.value;

/** The nearest thing around a literal that decides what it is for. */
function use(node) {
  let at = node;
  while (THROUGH.has(at.parent.type)) {
    if (at.parent.type === 'ConditionalExpression' && at.parent.test === at) return null;
    at = at.parent;
  }
  return { parent: at.parent, at };
}

const nameOf = (name) => name.name ?? name.value ?? '';

function isShown({ parent, at }) {
  if (parent.type === 'JSXExpressionContainer') {
    if (parent.parent.type === 'JSXAttribute') return SHOWN.has(nameOf(parent.parent.name));
    return true;
  }
  if (parent.type === 'JSXAttribute') return SHOWN.has(nameOf(parent.name));
  if (parent.type === 'Property') return parent.value === at && SHOWN.has(nameOf(parent.key));
  return false;
}

/** Whether something around the literal says that it is not for people. */
function isSilent(node) {
  for (let at = node; at.parent != null; at = at.parent) {
    const { parent } = at;
    if (parent.type.startsWith('TS') && parent.type !== 'TSAsExpression' && parent.type !== 'TSSatisfiesExpression')
      return true;
    if (/^(Import|Export(All|Named))/.test(parent.type) && parent.source === at) return true;
    if (parent.type === 'JSXAttribute' && SILENT.has(nameOf(parent.name))) return true;
    if (parent.type === 'Property' && (parent.key === at || SILENT.has(nameOf(parent.key)))) return true;
    if (parent.type === 'BinaryExpression' && parent.operator !== '+') return true;
    if (parent.type === 'SwitchCase' && parent.test === at) return true;
    if (parent.type === 'MemberExpression' && parent.property === at) return true;
    if (parent.type === 'CallExpression' || parent.type === 'NewExpression') {
      const { callee } = parent;
      if (SILENT_CALLS.test(nameOf(callee.type === 'MemberExpression' ? callee.property : callee))) return true;
    }
    if (/Function|^JSXElement$/.test(parent.type)) return false;
  }
  return false;
}

export const looseWords = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { loose: 'Words for people stand in a catalogue (text.ts), not here: {{words}}' },
  },
  create(context) {
    const report = (node, words) =>
      context.report({ node, messageId: 'loose', data: { words: JSON.stringify(words.trim()) } });
    const literal = (node) => {
      const words = wordsOf(node);
      if (!LETTERS.test(words)) return;
      const found = use(node);
      if (found === null || isSilent(node)) return;
      if (isShown(found) || SENTENCE.test(words)) report(node, words);
    };
    return {
      JSXText: (node) => {
        if (LETTERS.test(node.value)) report(node, node.value);
      },
      Literal: (node) => {
        if (typeof node.value === 'string') literal(node);
      },
      TemplateLiteral: literal,
    };
  },
};
