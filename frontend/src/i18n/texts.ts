import type en from "./locales/en";

/** The same keys with any texts. */
export type SameKeys<Tree> = {
  [Key in keyof Tree]: Tree[Key] extends string ? string : SameKeys<Tree[Key]>;
};

/** Every language has the English keys; locales.test.ts checks the plural forms, which differ. */
export type Texts = SameKeys<typeof en>;
