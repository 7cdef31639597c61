import type { Configuration } from "../../origin-verifier/command/configuration.ts";
import type { Problem } from "../../shared/problem.ts";

/**
 * What the verifier's configuration file asks for and no other server is told: rendered without it, a server would take more
 * than the file says, or would not be understood by what stands before or behind it.
 */
export function unrenderedOptions(configuration: Configuration): readonly Problem[] {
  const { profile, refuse, balancers, proxyProtocol } = configuration;
  const problems: Problem[] = [];
  if (profile !== "standard")
    problems.push({
      path: "profile",
      message: `what is rendered speaks the profile "standard", which takes more than "${profile}"`,
    });
  if (refuse === "always-silent")
    problems.push({
      path: "refuse",
      message:
        'what is rendered refuses as "silence" does: a peer that an issuer knows gets a status',
    });
  if (balancers.length > 0)
    problems.push({
      path: "balancers",
      message:
        "what is rendered reads no PROXY protocol: no pull of that balancer would be understood",
    });
  if (proxyProtocol !== "off")
    problems.push({
      path: "proxyProtocol",
      message:
        "what is rendered writes no PROXY protocol header to the application, which waits for one",
    });
  return problems;
}
