import { describe, expect, it } from "vitest";
import { pageOf, siteText } from "../scripts/site-pages.ts";

const PAGES = ["README.md", "SECURITY.md", "docs/concepts/README.md", "docs/concepts/waf.md"];
const FILES = ["examples/node/server.ts", "docs/pictures/console.png"];
const there = {
  isPage: (file: string) => PAGES.includes(file),
  isFile: (file: string) => FILES.includes(file),
};
const linked = (file: string, text: string) => siteText(file, text, there);

describe("a document's page", () => {
  it.each([
    ["README.md", "guide.md"],
    ["SECURITY.md", "SECURITY.md"],
    ["docs/concepts/README.md", "docs/concepts/index.md"],
    ["docs/concepts/waf.md", "docs/concepts/waf.md"],
  ])("%s is %s", (file, page) => {
    expect(pageOf(file)).toBe(page);
  });
});

describe("a link", () => {
  it.each([
    ["to a page", "[s](SECURITY.md)", "[s](./SECURITY.md)"],
    ["to a place in a page", "[s](SECURITY.md#a-b)", "[s](./SECURITY.md#a-b)"],
    ["to a folder that has a README", "[c](docs/concepts)", "[c](./docs/concepts/index.md)"],
    ["to the same with a slash", "[c](docs/concepts/)", "[c](./docs/concepts/index.md)"],
    ["to a folder that shows nothing", "[e](examples/node)", "e"],
    ["elsewhere", "[x](https://example.com/a.md)", "[x](https://example.com/a.md)"],
    ["within the page", "[x](#operate-it)", "[x](#operate-it)"],
    ["in code", "```md\n[s](SECURITY.md)\n```", "```md\n[s](SECURITY.md)\n```"],
  ])("%s", (_what, text, expected) => {
    expect(linked("README.md", text)).toEqual({ text: expected, files: [] });
  });

  it("goes up from where the page is", () => {
    const { text } = linked("docs/concepts/waf.md", "[r](../../README.md) and [c](README.md)");
    expect(text).toBe("[r](../../guide.md) and [c](./index.md)");
  });

  it("to any other file brings a copy of it", () => {
    expect(linked("README.md", "[code](examples/node/server.ts)")).toEqual({
      text: "[code](/files/examples/node/server.ts)",
      files: ["examples/node/server.ts"],
    });
  });

  it("of a picture brings the picture, in Markdown and in HTML", () => {
    expect(linked("docs/concepts/waf.md", "![p](../pictures/console.png)")).toEqual({
      text: "![p](/files/docs/pictures/console.png)",
      files: ["docs/pictures/console.png"],
    });
    expect(linked("README.md", '<img src="docs/pictures/console.png" alt="">')).toEqual({
      text: '<img src="/files/docs/pictures/console.png" alt="">',
      files: ["docs/pictures/console.png"],
    });
  });
});
