import { posix } from "node:path";

/** A page: a Markdown file of the repository, at the same place on the site. */
export interface Page {
  /** From the repository's folder. */
  readonly file: string;
  /** On the site, from its root: what a folder shows is its README. */
  readonly page: string;
}

/** Where a Markdown file is on the site. */
export function pageOf(file: string): string {
  if (file === "README.md") return "guide.md";
  return file.replace(/(^|\/)README\.md$/, "$1index.md");
}

/** What a link may lead to. */
export interface Destinations {
  readonly isPage: (file: string) => boolean;
  readonly isFile: (file: string) => boolean;
}

/** A page's text for the site, and the files beside it that it shows or links to. */
export interface SiteText {
  readonly text: string;
  readonly files: readonly string[];
}

const LINK = /(!?)\[((?:[^\]\\]|\\.)*)\]\((?!https?:|mailto:|#)([^)#\s]*)(#[^)\s]*)?\)/g;
const SOURCE = /(\b(?:src|srcset)=")(?!https?:)([^"]+)(")/g;
const CODE_BLOCK = /^ *(```+|~~~+)[\s\S]*?^ *\1 *$/gm;

/**
 * Rewrites a page's links: to another page as the site has it, to any other file as a copy of it, and to a folder that shows
 * nothing as plain words. Code is left as it is.
 */
export function siteText(file: string, text: string, { isPage, isFile }: Destinations): SiteText {
  const files = new Set<string>();
  const from = posix.dirname(pageOf(file));
  const target = (written: string): string =>
    posix.normalize(posix.join(posix.dirname(file), written));
  const copyOf = (path: string): string => {
    files.add(path);
    return `/files/${path}`;
  };
  const link = (
    whole: string,
    image: string,
    words: string,
    written: string,
    hash = "",
  ): string => {
    const path = target(written).replace(/\/$/, "");
    const readme = posix.join(path, "README.md");
    const page = isPage(path) ? path : isPage(readme) ? readme : null;
    if (page !== null) return `[${words}](${relative(from, pageOf(page))}${hash})`;
    if (isFile(path)) return `${image}[${words}](${copyOf(path)})`;
    return image === "" ? words : whole;
  };
  const rewrite = (part: string): string =>
    part.replace(LINK, link).replace(SOURCE, (_, before: string, path: string, after: string) => {
      return `${before}${copyOf(target(path))}${after}`;
    });
  let at = 0;
  let rewritten = "";
  for (const block of text.matchAll(CODE_BLOCK)) {
    rewritten += rewrite(text.slice(at, block.index)) + block[0];
    at = block.index + block[0].length;
  }
  return { text: rewritten + rewrite(text.slice(at)), files: [...files] };
}

function relative(from: string, to: string): string {
  const path = posix.relative(from, to);
  return path.startsWith(".") ? path : `./${path}`;
}
