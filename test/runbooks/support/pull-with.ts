import { readFileSync } from "node:fs";
import path from "node:path";
import { connect } from "node:tls";
import type { RotationWorld } from "../../cli/rotation/support/rotation-world.ts";

/** Pulls from a verifier with the certificate of a file in `pki`: the status of the answer, or that there was none. */
export async function pullWith(
  { folder, verifier }: RotationWorld,
  name: string,
  originHostname: string,
): Promise<string> {
  const file = path.join(folder, "pki", name);
  return await new Promise((done) => {
    let answer = "";
    const socket = connect({
      host: "127.0.0.1",
      port: verifier.port,
      servername: originHostname,
      cert: readFileSync(`${file}.pem`),
      key: readFileSync(`${file}.key`),
      rejectUnauthorized: false,
    });
    socket.on("data", (bytes: Buffer) => (answer += bytes.toString("latin1")));
    socket.on("error", () => done("none"));
    socket.on("close", () => done(answer.split(" ")[1] ?? "none"));
    socket.write(`GET / HTTP/1.1\r\nHost: ${originHostname}\r\nConnection: close\r\n\r\n`);
  });
}
