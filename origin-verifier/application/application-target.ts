import { failed, parsed, type Parsed } from "../../shared/problem.ts";

/** Where the application listens: on this machine's loopback, another host, or a Unix socket. */
export type ApplicationTarget =
  | { readonly by: "tcp"; readonly host: string; readonly port: number }
  | { readonly by: "unix"; readonly path: string };

const TCP = /^http:\/\/(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::([1-9][0-9]{0,4}))?\/?$/;

/** Reads `http://127.0.0.1:3000`, `http://[::1]:3000` or `unix:/run/application.sock`. */
export function parseApplicationTarget(raw: string): Parsed<ApplicationTarget> {
  if (raw.startsWith("unix:/")) return parsed({ by: "unix", path: raw.slice("unix:".length) });
  const match = TCP.exec(raw);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 80);
  if (host === undefined || port > 65_535) {
    return failed(
      "",
      "not an application's address (http://127.0.0.1:3000, or unix:/run/application.sock)",
    );
  }
  return parsed({ by: "tcp", host, port });
}
