/** A message in one line of a list or a notice: its words, without the signs that shape them. */
export function withoutMarks(text: string): string {
  return text
    .replaceAll(/^\s*(?:[-*>]|```.*)(?:\s+|$)/gm, "")
    .replaceAll(/\*\*|`/g, "")
    .replaceAll(/(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?!\w)/g, "$1");
}
