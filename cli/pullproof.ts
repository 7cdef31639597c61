#!/usr/bin/env node
import { processIo } from "./manners/io.ts";
import { runProgram } from "./program.ts";

// exitCode, not exit(): what was written to a pipe still has to leave.
process.exitCode = await runProgram(process.argv.slice(2), processIo());
