import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { withMermaid } from "vitepress-plugin-mermaid";

const PAGES = path.resolve(import.meta.dirname, "../.build/pages");

/** The pages of a folder, by their own first heading. */
function pagesOf(folder: string) {
  return globSync("*.md", { cwd: path.join(PAGES, folder) })
    .filter((name) => name !== "index.md")
    .toSorted()
    .map((name) => {
      const text = readFileSync(path.join(PAGES, folder, name), "utf8");
      const [, title = name] = /^# (.+)$/m.exec(text) ?? [];
      return { text: title.replaceAll("`", ""), link: `/${folder}/${name.replace(/\.md$/, "")}` };
    });
}

export default withMermaid({
  title: "pullproof",
  description: "Only your own Cloudflare Worker pulls from your origin.",
  srcDir: ".build/pages",
  outDir: "../../dist/site",
  cacheDir: "node_modules/.vitepress-cache",
  cleanUrls: true,
  lastUpdated: false,
  // A link that leads nowhere fails the build; files that lie beside the pages are checked when they are copied.
  ignoreDeadLinks: [/^\/files\//],
  head: [["link", { rel: "icon", href: "/icon.svg", type: "image/svg+xml" }]],
  markdown: { theme: { light: "github-light", dark: "github-dark" } },
  themeConfig: {
    logo: "/icon.svg",
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      { text: "Guide", link: "/guide" },
      { text: "Concepts", link: "/docs/concepts/" },
      { text: "Runbooks", link: "/docs/runbooks/" },
      { text: "Reference", link: "/api/" },
    ],
    sidebar: [
      {
        text: "Start",
        items: [
          { text: "Guide", link: "/guide" },
          { text: "Threat model", link: "/SECURITY" },
          { text: "Changes", link: "/CHANGELOG" },
        ],
      },
      {
        text: "Concepts",
        collapsed: false,
        items: [{ text: "All of them", link: "/docs/concepts/" }, ...pagesOf("docs/concepts")],
      },
      {
        text: "Runbooks",
        collapsed: false,
        items: [{ text: "All of them", link: "/docs/runbooks/" }, ...pagesOf("docs/runbooks")],
      },
      {
        text: "Run it",
        items: [
          { text: "systemd", link: "/examples/systemd/" },
          { text: "Container", link: "/examples/container/" },
          { text: "Kubernetes", link: "/examples/kubernetes/" },
          { text: "On other servers", link: "/docs/servers" },
          { text: "In wrangler dev and in tests", link: "/docs/testing" },
          { text: "Examples", link: "/examples/" },
        ],
      },
      {
        text: "How it is built",
        collapsed: true,
        items: [
          { text: "Architecture", link: "/ARCHITECTURE" },
          { text: "Contributing", link: "/CONTRIBUTING" },
          { text: "Promises, by number", link: "/test/conformance/" },
          { text: "Other servers, tried", link: "/test/servers/" },
          { text: "Measured", link: "/bench/" },
          { text: "Soak", link: "/test/soak/" },
          { text: "Fuzz", link: "/test/fuzz/" },
        ],
      },
      { text: "Decisions", collapsed: true, items: pagesOf("docs/decisions") },
      { text: "Reference", link: "/api/" },
    ],
  },
});
