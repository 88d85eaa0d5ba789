import { Anchor, Code } from "@mantine/core";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmAutolinkLiteralFromMarkdown } from "mdast-util-gfm-autolink-literal";
import { gfmAutolinkLiteral } from "micromark-extension-gfm-autolink-literal";
import { Fragment, memo, type ReactNode, useMemo } from "react";
import classes from "./thread.module.css";

/** Not in a conversation: HTML, images, headings, tables of references. They stay the text they are. */
const refused = [
  "htmlFlow",
  "htmlText",
  "labelStartImage",
  "definition",
  "headingAtx",
  "setextUnderline",
  "thematicBreak",
  "codeIndented",
];
const options = {
  extensions: [gfmAutolinkLiteral(), { disable: { null: refused } }],
  mdastExtensions: [gfmAutolinkLiteralFromMarkdown()],
};

/** A number and its unit stand in one line. */
const withUnits = (text: string) => text.replaceAll(/(\d) (?=(?:[kM]?Wh?|h|min)\b|%)/g, "$1\u00a0");

const LINKS = /^(https?:\/\/|mailto:)/i;

/** A subset of Markdown, made into elements one by one: no HTML comes of it, whatever is written. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const tree = useMemo(() => fromMarkdown(text, options), [text]);
  return <div className={classes.markdown}>{childrenOf(tree)}</div>;
});

function childrenOf(node: Nodes): ReactNode {
  if (!("children" in node)) return null;
  return node.children.map((child, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tree is made anew when the text is another
    <Fragment key={index}>{elementOf(child)}</Fragment>
  ));
}

function elementOf(node: Nodes): ReactNode {
  switch (node.type) {
    case "text":
      return withUnits(node.value);
    case "paragraph":
      return <p>{childrenOf(node)}</p>;
    case "strong":
      return <strong>{childrenOf(node)}</strong>;
    case "emphasis":
      return <em>{childrenOf(node)}</em>;
    case "inlineCode":
      return <Code>{node.value}</Code>;
    case "code":
      return (
        <pre>
          <code>{node.value}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{childrenOf(node)}</blockquote>;
    case "list":
      return node.ordered ? (
        <ol start={node.start ?? 1}>{childrenOf(node)}</ol>
      ) : (
        <ul>{childrenOf(node)}</ul>
      );
    case "listItem":
      return <li>{childrenOf(node)}</li>;
    case "break":
      return <br />;
    case "link":
      return LINKS.test(node.url) ? (
        <Anchor
          href={node.url}
          target="_blank"
          rel="noopener noreferrer nofollow"
          inherit
          underline="always"
        >
          {childrenOf(node)}
        </Anchor>
      ) : (
        childrenOf(node)
      );
    default:
      return childrenOf(node);
  }
}
