// Many tenants on one origin: large ones with a certificate and an origin hostname of their own, all others under a wildcard.
// It reads mapping.json, and NAME.pem with NAME.key for each origin hostname, where it is started:
//   node examples/tenants/server.ts
import { readFile } from "node:fs/promises";
import { parseMapping } from "pullproof/mapping";
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer, pullOf } from "pullproof/origin-verifier/node";

const mapping = parseMapping(JSON.parse(await readFile("mapping.json", "utf8")));
if (!mapping.ok) throw new Error(mapping.problems.map(({ message }) => message).join("\n"));
const names = mapping.value.entries.flatMap(({ origins }) => origins.map((one) => one.hostname));

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: {
    by: "name",
    files: new Map(names.map((name) => [name, { certificate: `${name}.pem`, key: `${name}.key` }])),
  },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

const server = createOriginServer(verifier, (request, response) => {
  // Never the Host header and never the path: what the pull was judged for.
  const tenant = pullOf(request).hostname.split(".", 1)[0];
  response.end(`the data of ${tenant}\n`);
});

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
