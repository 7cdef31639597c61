import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Writes the table *promise x server* of docs/servers.md from the recorded runs in test/servers/results, between two comments.
 *
 * `--check` writes nothing and exits 1 where the table is stale. Any other argument is a usage error (2).
 */
const ROOT = path.resolve(import.meta.dirname, "..");
const RESULTS = "test/servers/results";
const PROMISES = "test/conformance/README.md";
const DOCUMENT = "docs/servers.md";
const BEGIN = "<!-- npm run servers:table: begin -->";
const END = "<!-- npm run servers:table: end -->";
/** In the order of their columns. */
const SERVERS = ["nginx", "haproxy", "caddy", "apache", "stunnel"];
/** They have no binary here: what is rendered for them is held against what is known of their form alone. */
const NOT_RUN = "Envoy, Traefik, Gateway API, ALB";
const MARKS: Readonly<Record<string, string>> = {
  kept: "✓",
  partly: "~",
  "not kept": "–",
};

interface Results {
  readonly version: string;
  readonly promises: Readonly<Record<string, string>>;
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

function recorded(): ReadonlyMap<string, Results> {
  const names = new Set(readdirSync(path.join(ROOT, RESULTS)));
  const there = SERVERS.filter((name) => names.delete(`${name}.json`));
  if (names.size > 0) throw new Error(`${RESULTS}: no column for ${[...names].join(", ")}`);
  return new Map(
    there.map((name) => [name, JSON.parse(read(`${RESULTS}/${name}.json`)) as Results]),
  );
}

function table(): string {
  const servers = recorded();
  const sentences = [...read(PROMISES).matchAll(/^\| (P\d+) \| ([^|]+) \|/gm)];
  const tried = new Set([...servers.values()].flatMap(({ promises }) => Object.keys(promises)));
  const titles = [...servers].map(([name, { version }]) => `${name} ${version}`);
  const rows = sentences
    .filter(([, number]) => tried.has(number as string))
    .map(([, number = "", sentence = ""]) => {
      const marks = [...servers.values()].map(
        ({ promises }) => MARKS[promises[number] ?? ""] ?? "",
      );
      return row([number, sentence, ...marks, "not run"]);
    });
  const head = row(["promise", "", ...titles, NOT_RUN]);
  const rule = row(["---", "---", ...titles.map(() => ":-:"), ":-:"]);
  return [head, rule, ...rows].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function run(args: readonly string[]): number {
  const check = args[0] === "--check";
  if (args.length > (check ? 1 : 0)) {
    console.error("usage: node scripts/generate-server-table.ts [--check]");
    return 2;
  }
  const text = read(DOCUMENT);
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${DOCUMENT} has no place for the table: ${BEGIN} ... ${END}`);
  const fresh = `${before}${BEGIN}\n\n${table()}\n\n${END}${after}`;
  if (fresh === text) return 0;
  if (!check) writeFileSync(path.join(ROOT, DOCUMENT), fresh);
  else console.error(`${DOCUMENT}: the table of servers is stale.\nNext: npm run servers:table`);
  return check ? 1 : 0;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
