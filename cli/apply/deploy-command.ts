import { shellQuote } from "../manners/shell-quote.ts";

/** The arguments of `npx` that deploy an environment with the project's own wrangler. */
export function deployArguments(configurationFile: string, environment: string): readonly string[] {
  const target = environment === "" ? [] : ["--env", environment];
  return ["wrangler", "deploy", "--config", configurationFile, ...target];
}

/** The same, for a person to paste. */
export function deployCommand(configurationFile: string, environment: string): string {
  return ["npx", ...deployArguments(configurationFile, environment)].map(shellQuote).join(" ");
}
