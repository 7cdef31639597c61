// A folder of files behind both locks, which the Worker's cache keeps. It reads mapping.json, origin.pem, origin.key and
// public/ where it is started:
//   node examples/static-site/server.ts
import express from "express";
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer } from "pullproof/origin-verifier/express";

const app = express();
// What is explicitly fresh is stored at the edge; all else is pulled each time.
app.use(express.static("public", { maxAge: "1h", extensions: ["html"] }));
app.use((_request, response) => void response.status(404).send("No such page.\n"));

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

const server = createOriginServer(verifier, app);

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
