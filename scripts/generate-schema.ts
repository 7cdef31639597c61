import { readFileSync, writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { MappingSchema } from "../shared/mapping-schema.ts";

/** Writes shared/mapping.schema.json, for editors, from the schema that the parser uses; `--check` fails when it is stale. */
const FILE = new URL("../shared/mapping.schema.json", import.meta.url);

const schema = toJsonSchema(MappingSchema, {
  ignoreActions: ["check", "raw_check"],
  typeMode: "input",
});
const text = `${JSON.stringify({ ...schema, title: "pullproof mapping" }, null, 2)}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error("shared/mapping.schema.json is stale: run npm run schema");
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}
