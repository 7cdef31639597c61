import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { TOKEN_VARIABLE } from "../../origin-verifier/admin/admin-token.ts";
import { codeOf, failure } from "../manners/failure.ts";
import { signalGroup } from "../processes/process-group.ts";
import { deployArguments, deployCommand } from "./deploy-command.ts";

/**
 * Without the verifiers' token, which is none of its business; it would ask, where there is nobody to answer; and its banner
 * asks a registry for a newer version of itself.
 */
export function environmentOf(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment = {
    ...own,
    CI: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  };
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name !== TOKEN_VARIABLE),
  );
}

/**
 * Deploys with the project's own wrangler, which is found beside its configuration and never fetched from a registry. What
 * it says goes to `say`: stdout is data, and not its.
 *
 * @throws {Failure} where there is no wrangler, or it ends with another code than 0.
 */
export async function wranglerDeploy(
  configurationFile: string,
  environment: string,
  say: (text: string) => void,
): Promise<void> {
  const command = deployCommand(configurationFile, environment);
  const folder = path.dirname(path.resolve(configurationFile));
  const args = deployArguments(path.resolve(configurationFile), environment);
  const child = spawn("npx", ["--no", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: environmentOf(process.env),
    // In a group of its own: Ctrl-C at the terminal is for us, who let the deployment end and then stop.
    detached: true,
  });
  const { pid } = child;
  // Whoever ends this process at once ends wrangler with it: no deployment goes on that nobody sees. What it had not come
  // to, like routes, is not seen from here: the next run may find nothing to do.
  const endToo = (): void => {
    if (pid === undefined) return;
    signalGroup(pid, "SIGTERM");
    say(`wrangler was stopped in the middle of it. Deploy once more: ${command}\n`);
  };
  process.once("exit", endToo);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      say(text);
    });
  }
  let code: number | null;
  try {
    [code] = (await once(child, "close")) as [number | null];
  } catch (thrown) {
    throw failure({
      message: `npx cannot be started (${codeOf(thrown) ?? "?"})`,
      next: `deploy it yourself: ${command}`,
    });
  } finally {
    process.off("exit", endToo);
  }
  if (code === 0) return;
  throw failure({
    message: `wrangler ended with code ${code ?? "none"}: it says why above`,
    next: `put it right, then run this again; or deploy it yourself: ${command}`,
  });
}
