import type { RenderFacts } from "./facts.ts";
import { SERVER_PROMISES } from "./promises.ts";
import type { Target } from "./rendering.ts";

const WIDTH = 110;

/**
 * What stands at the top of a rendered file: how to use it, what it keeps, and what it cannot keep and why. Lines of
 * printable text of our own, and hostnames: nothing that could end a comment.
 */
export function notes(target: Target, facts: RenderFacts): readonly string[] {
  const shortcomings = target.shortcomings(facts);
  const broken = new Set(shortcomings.flatMap(({ promises }) => promises));
  const kept = SERVER_PROMISES.filter((number) => !broken.has(number));
  const { use, check, reload } = target.handling;
  return [
    `Rendered by \`pullproof render ${target.name}\` from the mapping. Do not edit: change the mapping, and render again.`,
    "",
    ...wrapped("Use:    ", use),
    ...wrapped("Check:  ", check),
    ...wrapped("Reload: ", reload),
    ...wrapped("Health: ", healthCheck(facts)),
    "",
    "It CANNOT keep these promises of the verifier's:",
    ...shortcomings.flatMap(({ promises, why }) =>
      wrapped(`  ${(promises.join(" ") || "-").padEnd(4)} `, why),
    ),
    "",
    ...(target.isMeasured
      ? wrapped("It keeps: ", `${kept.join(" ")}.`)
      : [
          "NOTHING of this was measured: our tests have no binary of it. Try it before you rely on it: pullproof doctor.",
          ...(target.untried ?? []).flatMap(({ promises, why }) =>
            wrapped("  ", `${promises.join(" ")}: ${why}`),
          ),
        ]),
    "The numbers are explained in test/conformance/README.md; docs/servers.md shows what was measured.",
  ];
}

/** The notes as lines of a comment. */
export function commented(mark: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? mark : `${mark} ${line}`));
}

/** One pull that must succeed, and one that must come to nothing. */
function healthCheck({ listen, origins: [origin] }: RenderFacts): string {
  const name = origin.originHostname;
  const host = listen.host === "0.0.0.0" ? "127.0.0.1" : listen.host === "::" ? "::1" : listen.host;
  const address = host.includes(":") ? `[${host}]` : host;
  const ask = `curl -sS -o /dev/null -w '%{http_code}\\n' --cacert ORIGIN-CA.pem --resolve ${name}:${listen.port}:${address}`;
  const url = `https://${name}:${listen.port}${origin.health ?? "/"}`;
  return `${ask} --cert PULL.pem --key PULL.key ${url} says what the application says; without --cert and --key it gets no answer.`;
}

function wrapped(first: string, text: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    if (line.trimEnd().length > first.trimEnd().length && line.length + word.length > WIDTH) {
      lines.push(line.trimEnd());
      line = " ".repeat(first.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
