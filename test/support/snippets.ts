/** A block of code in a document, and the heading that it stands under. */
export interface Snippet {
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** The code of a document that a reader would copy into a file of theirs: TypeScript, and wrangler's configuration. */
export function readSnippets(markdown: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  for (const part of markdown.split(/^## /m)) {
    const section = part.slice(0, part.indexOf("\n"));
    for (const [, language = "", text = ""] of part.matchAll(/^```(ts|toml)\n([^]*?)^```$/gm))
      snippets.push({ section, language, text });
  }
  return snippets;
}
