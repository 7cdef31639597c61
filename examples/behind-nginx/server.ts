// An application that nginx stands in front of, with what `pullproof render nginx` wrote. It listens on a Unix socket where it is
// started, which nobody but its own user can open:
//   node examples/behind-nginx/server.ts
import { createServer } from "node:http";

const SOCKET = "application.sock";

const server = createServer(({ headers, url }, response) => {
  // nginx has removed whatever the pull said of this, and written what it has judged.
  const [hostname, verdict] = [headers["x-pull-hostname"], headers["x-pull-verdict"]];
  if (typeof hostname !== "string" || verdict !== "accepted")
    return void response.writeHead(403).end();
  response.end(`${url} for ${hostname}: ${verdict}\n`);
});

process.umask(0o177);
server.listen(SOCKET, () => console.log(`pulls are handed on to ${SOCKET}`));
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => server.close(() => process.exit(0)));
