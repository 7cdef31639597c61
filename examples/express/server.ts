// An Express 5 application behind both locks. It reads mapping.json, origin.pem and origin.key where it is started:
//   node examples/express/server.ts
import express from "express";
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer, pullOf } from "pullproof/origin-verifier/express";

const app = express();
// X-Forwarded-For comes from an accepted pull, or not at all.
app.set("trust proxy", true);
app.get("/", (request, response) => {
  const pull = pullOf(request);
  response.send(`${request.path} for ${pull.hostname}: ${pull.verdict}\n`);
});

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

// In place of app.listen(port), which throws from now on.
const server = createOriginServer(verifier, app);

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
