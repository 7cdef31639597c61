import { visit } from "jsonc-parser";
import type { Comment } from "./toml-lines.ts";

const OPTIONS = { allowTrailingComma: true };

/** The first comma between two places of a document that is known to parse: commas within comments are none. */
export function commaIn(text: string, from: number, until: number): number | null {
  let found: number | null = null;
  const onSeparator = (character: string, offset: number): void => {
    if (character === "," && offset >= from && offset < until) found ??= offset;
  };
  visit(text, { onSeparator }, OPTIONS);
  return found;
}

/** All comments of a document that is known to parse, in their order; a block comment is one. */
export function jsoncComments(text: string): readonly Comment[] {
  const comments: Comment[] = [];
  const onComment = (offset: number, length: number): void => {
    const alone = /(?:^|\n)[ \t]*$/.test(text.slice(0, offset));
    comments.push({ text: text.slice(offset, offset + length).trimEnd(), alone });
  };
  visit(text, { onComment }, OPTIONS);
  return comments;
}
