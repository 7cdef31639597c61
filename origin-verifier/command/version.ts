import { readFileSync } from "node:fs";

/** The version of this package. */
export function version(): string {
  // From this folder in the repository; one further up when it is built into dist/.
  const file = import.meta.url.includes("/dist/") ? "../../../package.json" : "../../package.json";
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
