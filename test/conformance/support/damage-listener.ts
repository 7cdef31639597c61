import net from "node:net";
import tls from "node:tls";

/**
 * Loaded before the verifier (`--import`): stands for a Node, or a change of ours, in which the listener's own options
 * no longer hold. DAMAGE says what takes their place, as JSON; with DAMAGE_LATER they go at SIGUSR2, as one incomplete
 * call of `setSecureContext` takes them.
 */
const damaged = JSON.parse(process.env["DAMAGE"] ?? "{}") as tls.SecureContextOptions;

interface ContextSetter {
  setSecureContext: (options: tls.SecureContextOptions) => void;
}
const prototype = tls.Server.prototype as unknown as ContextSetter;
const { setSecureContext } = prototype;

if (process.env["DAMAGE_LATER"] === undefined) {
  prototype.setSecureContext = function damagedFromTheStart(options) {
    Reflect.apply(setSecureContext, this, [{ ...options, ...damaged }]);
  };
} else {
  const listen = Reflect.get(net.Server.prototype, "listen") as () => net.Server;
  net.Server.prototype.listen = function remembered(this: net.Server, ...args: never[]) {
    if (this instanceof tls.Server) {
      process.on("SIGUSR2", () => {
        // Only what is given: whatever is not repeated is off.
        Reflect.apply(setSecureContext, this, [damaged]);
        process.stdout.write('{"event":"damaged"}\n');
      });
    }
    return Reflect.apply(listen, this, args);
  };
}
