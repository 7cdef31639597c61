import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";

/**
 * Bytes passed on, both ways, by somebody who looks at none of them: what TLS and streams of Node cost without a proxy. One
 * connection to the application for each of a peer's.
 *
 * Arguments: the port, the certificate, its key, the pulls' issuer, and the application's socket.
 */
const [port, certificate = "", key = "", issuer = "", application = ""] = process.argv.slice(2);

const options: tls.TlsOptions = {
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ca: readFileSync(issuer),
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: "TLSv1.3",
  noDelay: true,
};

tls
  .createServer(options, (peer) => {
    const behind = net.connect({
      path: application,
      onread: {
        buffer: Buffer.allocUnsafeSlow(64 * 1024),
        callback: (size, buffer) => {
          // Copied: the buffer is read into again.
          peer.write(Buffer.from(buffer.subarray(0, size)));
          return true;
        },
      },
    });
    peer.on("data", (bytes) => behind.write(bytes));
    peer.on("error", () => behind.destroy()).on("close", () => behind.destroy());
    behind.on("error", () => peer.destroy()).on("close", () => peer.destroy());
  })
  .listen(Number(port), "127.0.0.1");
