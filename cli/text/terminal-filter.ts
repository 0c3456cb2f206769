/**
 * Control characters that act within the screen: BEL, BS, TAB, LF, VT, FF, CR, SO, SI. Without ENQ, to which a terminal sends an
 * answer.
 */
const CONTROLS = new Set('\x07\b\t\n\v\f\r\x0e\x0f');
/** The maximum length of a sequence; a longer one is dropped. 24-bit foreground and background colors take about 40. */
const MOST = 256;
/** A control string (a title, the clipboard) is skipped for this many characters; the rest is shown as text. */
const MOST_SKIPPED = 65_536;

/** After ESC: save and restore the cursor, line feeds, tab stops, keypad modes. */
const ESCAPES = /^[78DEMH=>]$/;
/** Character sets, and the size of a line. `ESC %` would change the encoding that this filter assumes. */
const DESIGNATIONS = /^(?:[()*+][0-9A-Za-z<=>]|#[34568])$/;
/** What starts a string that ends with ST: DCS, SOS, OSC, PM, APC, and the title of `screen`. */
const STRINGS = new Set('PX]^_k');
const CSI = /^([?]?)([0-9:;]*)(!?)([@-~])$/;
/**
 * Cursor, erasing, inserting, deleting, scrolling, tab stops, colors, scroll region. No reports, no window operations, no printing,
 * no LEDs.
 */
const FINALS = new Set('@ABCDEFGHIJKLMPSTXZ`abdefgmrsu');
/** DEC modes that guest programs use, with their defaults: cursor keys, wrap, cursor, screens, mouse, focus, paste. */
const MODES = new Map<number, boolean>([
  [1, false],
  [5, false],
  [6, false],
  [7, true],
  [12, false],
  [25, true],
  [47, false],
  [1000, false],
  [1002, false],
  [1003, false],
  [1004, false],
  [1005, false],
  [1006, false],
  [1015, false],
  [1047, false],
  [1048, false],
  [1049, false],
  [2004, false],
  [2026, false],
]);

type State = 'text' | 'escape' | 'designation' | 'csi' | 'string';

/**
 * Filters what a guest can write to the user's terminal by an allow-list: text, colors, and what moves or erases within the screen.
 * Everything else acts on the terminal itself: it sets its title, clipboard or palette, resizes it, prints, or makes it send an
 * answer. Like a terminal, it accepts a stream in any chunks; what it buffers between chunks is bounded.
 */
export class TerminalFilter {
  /** Invalid UTF-8 becomes U+FFFD, so that the terminal sees the same characters as this filter. */
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private state: State = 'text';
  private sequence = '';
  private skipped = 0;
  /** Modes that differ from their defaults. */
  private readonly changed = new Map<number, boolean>();
  private hasInserted = false;
  private hasRegion = false;
  private isTouched = false;

  /** The part of these bytes, after earlier ones, that may be written. */
  pass(bytes: Uint8Array): string {
    let passed = '';
    for (const char of this.decoder.decode(bytes, { stream: true })) passed += this.take(char);
    return passed;
  }

  /** The sequence that resets the terminal after the guest's last output. */
  end(): string {
    if (!this.isTouched) return '';
    const modes = [...this.changed].map(([mode, was]) => `\x1b[?${mode}${was ? 'h' : 'l'}`);
    const region = this.hasRegion ? '\x1b7\x1b[r\x1b8' : '';
    return `\x0f\x1b(B\x1b>\x1b[0m${this.hasInserted ? '\x1b[4l' : ''}${region}${modes.join('')}`;
  }

  private take(char: string): string {
    if (char === '\x1b') return this.enter('escape');
    switch (this.state) {
      case 'text':
        return this.text(char);
      case 'string':
        return this.skip(char);
      case 'escape':
        return this.escape(char);
      case 'designation':
      case 'csi':
        return this.more(char);
    }
  }

  private enter(state: State): string {
    this.state = state;
    this.sequence = '';
    this.skipped = 0;
    return '';
  }

  private text(char: string): string {
    if (char < ' ') return CONTROLS.has(char) ? char : '';
    // Many terminals treat C1 controls like ESC and a letter.
    return char >= '\x7f' && char <= '\x9f' ? '' : char;
  }

  private skip(char: string): string {
    this.skipped += 1;
    if (char === '\x07' || char === '\x18' || char === '\x1a' || char === '\x9c' || this.skipped >= MOST_SKIPPED)
      this.enter('text');
    return '';
  }

  private escape(char: string): string {
    if (STRINGS.has(char)) return this.enter('string');
    if (char === '[') return this.enter('csi');
    if (char >= ' ' && char <= '/') {
      this.enter('designation');
      this.sequence = char;
      return '';
    }
    this.enter('text');
    if (char < ' ') return this.text(char);
    return ESCAPES.test(char) ? this.send(`\x1b${char}`) : '';
  }

  /** The next character of a sequence with a final character. A control character ends it: nothing of it was written yet. */
  private more(char: string): string {
    if (char < ' ' || char > '~') {
      this.enter('text');
      return this.text(char);
    }
    if (this.sequence.length <= MOST) this.sequence += char;
    const { state, sequence } = this;
    const isLast = state === 'csi' ? char >= '@' : char >= '0';
    if (!isLast) return '';
    this.enter('text');
    if (sequence.length > MOST) return '';
    if (state === 'designation') return DESIGNATIONS.test(sequence) ? this.send(`\x1b${sequence}`) : '';
    return this.csi(sequence);
  }

  private csi(sequence: string): string {
    const [, prefix, numbers = '', soft, final = ''] = CSI.exec(sequence) ?? [];
    // Terminals repeat and scroll as often as requested.
    if (prefix === undefined || /\d{5}/.test(numbers)) return '';
    if (soft === '!') return prefix + numbers === '' && final === 'p' ? this.send('\x1b[!p') : '';
    const values = numbers.split(/[:;]/).map(Number);
    if (final === 'h' || final === 'l') return this.modes(prefix, values, final);
    if (prefix === '?')
      return (final === 'J' || final === 'K') && !values.includes(3) ? this.send(`\x1b[${sequence}`) : '';
    // The scrollback is never erased; T with five numbers tracks the mouse, and waits for an answer.
    if (!FINALS.has(final) || (final === 'J' && values.includes(3)) || (final === 'T' && values.length > 1)) return '';
    if (final === 'r') this.hasRegion = true;
    return this.send(`\x1b[${sequence}`);
  }

  private modes(prefix: string, values: readonly number[], final: 'h' | 'l'): string {
    if (prefix === '') {
      // Insert mode; the others lock the keyboard or echo input.
      if (!values.includes(4)) return '';
      this.hasInserted = final === 'h';
      return this.send(`\x1b[4${final}`);
    }
    const known = values.filter((mode) => MODES.has(mode));
    for (const mode of known) {
      const was = MODES.get(mode) ?? false;
      if (was === (final === 'h')) this.changed.delete(mode);
      else this.changed.set(mode, was);
    }
    return known.length === 0 ? '' : this.send(`\x1b[?${known.join(';')}${final}`);
  }

  private send(sequence: string): string {
    this.isTouched = true;
    return sequence;
  }
}
