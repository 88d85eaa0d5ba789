/** A message's text without Markdown characters, for one line of a list or a toast. */
export function toPlainText(markdown: string): string {
  return markdown
    .replaceAll(/^\s*(?:[-*>]|```.*)(?:\s+|$)/gm, "")
    .replaceAll(/\*\*|`/g, "")
    .replaceAll(/(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?!\w)/g, "$1");
}
