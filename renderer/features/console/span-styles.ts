/**
 * xterm writes colours (of what is selected, and those of 24 bits) into `style` attributes of the spans of its rows, which the content
 * security policy forbids; what is set on an element's `style` object it lets pass. So for spans the one is turned into the other, which
 * means the same. (xterm takes no document of ours for its rows.)
 */
export function letSpansBeStyled(): void {
  const setAttribute = Element.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}
