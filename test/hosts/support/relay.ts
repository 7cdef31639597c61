import { connect, createServer } from "node:net";

/*
 * What `ssh -L` is, without its encryption: a process on the machine that takes connections from the network to a port of
 * that machine's own loopback. Arguments: the address, the port to listen on, and the port on 127.0.0.1.
 */
const [address = "", from = "", to = ""] = process.argv.slice(2);
const server = createServer((far) => {
  const near = connect(Number(to), "127.0.0.1");
  far.pipe(near).pipe(far);
  far.on("error", () => near.destroy());
  near.on("error", () => far.destroy());
});
server.listen(Number(from), address, () => process.stdout.write("listening\n"));
