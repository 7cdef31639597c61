import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { AnswerCounter } from "../load/answer-counter.ts";
import { dialler, openEvent } from "../load/open-connection.ts";
import { requestBytes } from "../load/request-bytes.ts";
import { makeCertificates, ORIGIN } from "../support/certificates.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n";

/** What was counted in the verifier's process. */
export interface Counted {
  readonly bytes: number;
  readonly collections: number;
}

/** A verifier whose allocations can be counted, with an application behind it and one connection to it. */
export interface CostsWorld {
  /** So many pulls, one after the other on the one connection. */
  readonly pull: (times: number) => Promise<void>;
  /** What the verifier allocates meanwhile. */
  readonly count: (during: () => Promise<void>) => Promise<Counted>;
  readonly close: () => Promise<void>;
}

/** Starts it: as a process of its own, with a young generation so large that nothing is collected while it is counted. */
export async function startCostsWorld(): Promise<CostsWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), "pullproof-costs-"));
  const certificates = await makeCertificates(folder, "p256");
  const application = net.createServer((socket) => {
    socket.on("data", () => socket.write(ANSWER)).on("error", () => socket.destroy());
  });
  application.listen(path.join(folder, "application.sock"));
  await once(application, "listening");
  const { origin: certificate, originKey: key, mapping } = certificates;
  const to = `unix:${folder}/application.sock`;
  const origins = { [ORIGIN]: { certificate, key, application: to } };
  const file = path.join(folder, "origin-verifier.json");
  writeFileSync(file, JSON.stringify({ mapping, listen: "127.0.0.1:0", origins }));
  const teller = pathToFileURL(path.join(import.meta.dirname, "tell-allocations.ts")).href;
  const verifier = spawn(
    process.execPath,
    [
      "--expose-gc",
      "--min-semi-space-size=256",
      "--max-semi-space-size=256",
      `--import=${teller}`,
      path.join(ROOT, "origin-verifier/main.ts"),
      `--config=${file}`,
      "--no-watch",
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: { PATH: process.env["PATH"] } },
  );
  const lines: Record<string, unknown>[] = [];
  const told = new Set<() => void>();
  createInterface({ input: verifier.stdout }).on("line", (line) => {
    if (line.startsWith("{")) lines.push(JSON.parse(line) as Record<string, unknown>);
    for (const look of told) look();
  });
  const hear = async (event: string, after = 0): Promise<Record<string, unknown>> => {
    const heard = Promise.withResolvers<Record<string, unknown>>();
    const look = (): void => {
      const line = lines.slice(after).find((one) => one["event"] === event);
      if (line !== undefined) heard.resolve(line);
    };
    told.add(look);
    const ended = (): void => heard.reject(new Error("the verifier ended"));
    verifier.once("exit", ended);
    look();
    return await heard.promise.finally(() => {
      told.delete(look);
      verifier.off("exit", ended);
    });
  };
  const { port } = await hear("listening");
  const tls = { certificate: certificates.pull, key: certificates.pullKey, servername: ORIGIN };
  const target = { ports: [Number(port)], host: ORIGIN, tls };
  const socket = dialler(target)(0);
  await once(socket, openEvent(target));
  const request = requestBytes(ORIGIN, "/small");
  const pull = async (times: number): Promise<void> => {
    const counter = new AnswerCounter();
    const all = Promise.withResolvers<void>();
    let left = times;
    const take = (chunk: Buffer): void => {
      try {
        if (counter.take(chunk) === 0) return;
        left -= 1;
        if (left === 0) all.resolve();
        else socket.write(request);
      } catch (error) {
        all.reject(error);
      }
    };
    const cut = (): void => all.reject(new Error("the connection ended"));
    socket.on("data", take).on("close", cut).write(request);
    await all.promise.finally(() => socket.off("data", take).off("close", cut));
  };
  return {
    pull,
    count: async (during) => {
      const after = lines.length;
      verifier.kill("SIGUSR2");
      await hear("counting", after);
      await during();
      verifier.kill("SIGUSR2");
      const { bytes, collections } = await hear("counted", after);
      return { bytes: Number(bytes), collections: Number(collections) };
    },
    close: async () => {
      socket.on("error", () => undefined).destroy();
      if (verifier.exitCode === null) {
        const ended = once(verifier, "exit");
        verifier.kill("SIGTERM");
        await ended;
      }
      application.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
