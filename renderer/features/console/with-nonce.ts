/**
 * Runs `make`, and sets the page's nonce on the <style> elements that it creates. xterm creates some in `open`, which the content
 * security policy would block otherwise. (xterm's own `documentOverride` does not cover all of them.)
 */
export function withStyleNonce(make: () => void): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const createElement = document.createElement.bind(document);
  const own = document as Document & { createElement?: Document['createElement'] };
  const withNonce = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = createElement(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  own.createElement = withNonce as Document['createElement'];
  try {
    make();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}
