import { createServer } from "node:http";

/**
 * What stands behind the verifier in a soak, as a process of its own, so that it can be killed: answers every request
 * with what it was told of the pull, as one line of JSON. The argument is the port to listen on; 0 lets the system
 * choose. Prints the port when it listens.
 */
const server = createServer((request, response) => {
  const { "x-pull-hostname": hostname, "x-pull-fingerprint": fingerprint } = request.headers;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ hostname, fingerprint, target: request.url }));
});
// It never ends a connection by itself: what fails in a soak fails because it was killed.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" && address !== null ? address.port : "");
});
