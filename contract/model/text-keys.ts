/** The optional texts of each kind of object. Without schemas, because the command line names its options by them before anything else loads. */
export const HOST_TEXT_KEYS = ['comment'] as const;

export type HostTexts = { readonly [K in (typeof HOST_TEXT_KEYS)[number]]: string };
