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

/** What comes is read into this, and nobody looks at it again: one for all connections. */
const SCRATCH = Buffer.alloc(1024 * 1024);

function serve(accepted: net.Socket): void {
  let left = 0;
  let head = "";
  const take = (length: number, buffer: Uint8Array): boolean => {
    let body = length;
    if (left === 0) {
      head += Buffer.from(buffer.buffer, buffer.byteOffset, length).toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return true;
      body = head.length - end - 4;
      const isPost = head.startsWith("POST");
      left = isPost ? Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]) : 0;
      head = "";
      if (!isPost) {
        socket.write(HEAD);
        sendBody(socket, SIZE, () => undefined);
        return true;
      }
    }
    left -= body;
    if (left === 0) socket.write(TAKEN);
    return true;
  };
  // A server's connections are read into a new buffer each time, of which a large one costs more than what is in it: only a
  // socket that is made with `onread` reads into its own, so one is made around the handle.
  // oxlint-disable-next-line no-underscore-dangle -- it is called so in Node
  const handle = (accepted as unknown as { readonly _handle: unknown })._handle;
  const onread = { buffer: SCRATCH, callback: take };
  const socket = new net.Socket({ handle, onread, readable: true, writable: true } as object);
  // A server that ends a connection of its own pool is no failure.
  socket.on("error", () => socket.destroy());
  socket.resume();
}

const options = { noDelay: true, pauseOnConnect: true };
net.createServer(options, serve).listen(Number(port), "127.0.0.1");
net.createServer(options, serve).listen(socketPath, () => chmodSync(socketPath, 0o666));
