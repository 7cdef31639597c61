// Large uploads behind both locks, streamed to the disk. It reads mapping.json, origin.pem and origin.key where it is started,
// and writes to uploads/ there:
//   node examples/uploads/server.ts
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer } from "pullproof/origin-verifier/node";

const LARGEST = 100 * 1024 * 1024;

/** Writes a body down as it comes: it is under its name when all of it is there, and not there at all otherwise. */
async function keep(request: IncomingMessage): Promise<{ bytes: number; sha256: string } | null> {
  const part = `uploads/${randomUUID()}.part`;
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await pipeline(
      request,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.byteLength;
          if (bytes > LARGEST) throw new Error("too large");
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(part, { flags: "wx", mode: 0o600 }),
    );
  } catch {
    await rm(part, { force: true });
    return null;
  }
  const sha256 = hash.digest("hex");
  await rename(part, `uploads/${sha256}`);
  return { bytes, sha256 };
}

await mkdir("uploads", { recursive: true });
const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

const server = createOriginServer(verifier, async (request, response) => {
  if (request.method !== "PUT") return void response.writeHead(405, { Allow: "PUT" }).end();
  const kept = await keep(request);
  if (kept === null) return void response.writeHead(413, { Connection: "close" }).end();
  response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify(kept));
});

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
