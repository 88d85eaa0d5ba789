import { Anchor, Code } from "@mantine/core";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmAutolinkLiteralFromMarkdown } from "mdast-util-gfm-autolink-literal";
import { gfmAutolinkLiteral } from "micromark-extension-gfm-autolink-literal";
import { Fragment, memo, type ReactNode, useMemo } from "react";
import classes from "./thread.module.css";

/** Syntax that is shown as plain text. */
const disabled = [
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
  extensions: [gfmAutolinkLiteral(), { disable: { null: disabled } }],
  mdastExtensions: [gfmAutolinkLiteralFromMarkdown()],
};

/** A non-breaking space keeps a number and its unit on one line. */
const withUnits = (text: string) => text.replaceAll(/(\d) (?=(?:[kM]?Wh?|h|min)\b|%)/g, "$1\u00a0");

const LINKS = /^(https?:\/\/|mailto:)/i;

/** A subset of Markdown, rendered node by node as React elements, so that no input can inject HTML. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const tree = useMemo(() => fromMarkdown(text, options), [text]);
  return <div className={classes.markdown}>{childrenOf(tree)}</div>;
});

function childrenOf(node: Nodes): ReactNode {
  if (!("children" in node)) return null;
  return node.children.map((child, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the whole tree is replaced when the text changes
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
