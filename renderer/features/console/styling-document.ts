/**
 * The document as xterm is to use it. xterm writes colours (of what is selected, and those of 24 bits) into `style` attributes of the
 * rows' spans, which the content security policy forbids; what is set on an element's `style` object it lets pass. So the elements that are
 * made here turn the one into the other.
 */
export function stylingDocument(real: Document): Document {
  return new Proxy(real, {
    get(target, key) {
      if (key === 'createElement')
        return (name: string, options?: ElementCreationOptions) => styling(target.createElement(name, options));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

function styling(element: HTMLElement): HTMLElement {
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else setAttribute(name, value);
  };
  return element;
}
