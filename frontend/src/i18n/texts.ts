import type en from "./locales/en";

/** The same keys, whatever they say. */
export type Words<Tree> = {
  [Key in keyof Tree]: Tree[Key] extends string ? string : Words<Tree[Key]>;
};

/** What a language has to say: the English keys (Romanian adds `_few` to plurals; tested). */
export type Texts = Words<typeof en>;
