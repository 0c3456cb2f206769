/**
 * The document, but its <style> elements carry the page's nonce. xterm makes such elements, and the content security policy
 * of both doors forbids them otherwise; xterm takes a document of ours as `documentOverride`.
 */
export function documentWithNonce(): Document {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = document.createElement(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  return new Proxy(document, {
    get(target, property) {
      if (property === 'createElement') return createElement;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
