#!/usr/bin/env node
import { SUPPORTED_NODE } from "../origin-verifier/environment.ts";

// Asked before the program is linked: an older Node ends at an import that it does not know, with a stack in place of a sentence.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(`✗ Node ${process.versions.node} is too old for pullproof\n`);
  process.stderr.write(`  next: start it with Node ${SUPPORTED_NODE}\n`);
  process.exitCode = 1;
} else {
  const { processIo } = await import("./manners/io.ts");
  const { runProgram } = await import("./program.ts");
  // exitCode, not exit(): what was written to a pipe still has to leave.
  process.exitCode = await runProgram(process.argv.slice(2), processIo());
}
