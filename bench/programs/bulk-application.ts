import { chmodSync } from "node:fs";
import net from "node:net";
import { sendBody } from "../load/send-body.ts";

/**
 * The application of large bodies, over TCP and a Unix socket: as little work as a process can do with them, on the core
 * that the load shares. `GET` is answered with so many bytes, `POST` when its whole body has come.
 *
 * Arguments: the port, the socket's path, and the bytes of an answer.
 */
const [port, socketPath = "", bytes] = process.argv.slice(2);
const SIZE = Number(bytes);
const HEAD = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${SIZE}\r\n\r\n`,
);
const TAKEN = Buffer.from(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n",
);

function serve(socket: net.Socket): void {
  let left = 0;
  let head = "";
  socket.on("data", (chunk: Buffer) => {
    let body = chunk.length;
    if (left === 0) {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      body = head.length - end - 4;
      const isPost = head.startsWith("POST");
      left = isPost ? Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]) : 0;
      head = "";
      if (!isPost) {
        socket.write(HEAD);
        sendBody(socket, SIZE, () => undefined);
        return;
      }
    }
    left -= body;
    if (left === 0) socket.write(TAKEN);
  });
  // A server that ends a connection of its own pool is no failure.
  socket.on("error", () => socket.destroy());
}

const options = { noDelay: true, highWaterMark: 1024 * 1024 };
net.createServer(options, serve).listen(Number(port), "127.0.0.1");
net.createServer(options, serve).listen(socketPath, () => chmodSync(socketPath, 0o666));
