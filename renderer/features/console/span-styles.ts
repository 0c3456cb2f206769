/**
 * xterm sets colors (selection and 24-bit) with `style` attributes on the spans of its rows, which the content security policy
 * blocks. Setting the element's `style` object is allowed, so this converts one into the other for spans. (xterm accepts no custom
 * document for its rows.)
 */
export function letSpansBeStyled(): void {
  const setAttribute = Element.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}
