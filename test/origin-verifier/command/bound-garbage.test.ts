import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("./streamed-garbage-program.ts", import.meta.url));
const [major] = process.versions.v8.split(".");

// V8 gives memory back after 8 s without work; here it does after a fifth of one.
it.skipIf(major !== "13")(
  "what bodies leave behind is not collected with everything else",
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--gc-memory-reducer-start-delay-ms=200",
      PROGRAM,
    ]);
    expect((JSON.parse(stdout) as { readonly during: number }).during).toBeLessThan(4);
  },
);
