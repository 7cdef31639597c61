import { Agent, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { AcceptedRequest } from "../request/accepted-request.ts";
import { proxyHeader } from "../proxy-protocol/write-header.ts";

/** Which connections to the application requests take. */
export interface Connections {
  /** One that was kept, or the next. */
  readonly kept: (request: IncomingMessage, accepted: AcceptedRequest) => Agent;
  /** One that nobody had before, and nobody gets after. */
  readonly fresh: (request: IncomingMessage, accepted: AcceptedRequest) => Agent | false;
}

/** Whether each connection to the application begins with a PROXY protocol header, and of which version. */
export type ProxyProtocol = "off" | "v2";

/** The values of it, the default first. */
export const PROXY_PROTOCOLS = ["off", "v2"] as const satisfies readonly ProxyProtocol[];

const KEPT = { keepAlive: true, scheduling: "lifo" } as const;

/** All requests share what is kept: whose they are, each says itself, in its headers. */
export function sharedConnections(): Connections {
  const agent = new Agent({ ...KEPT, maxFreeSockets: 1_024 });
  return { kept: () => agent, fresh: () => false };
}

/**
 * Each connection to the application belongs to one of a peer's, since its first bytes say whose it is: it serves nobody
 * else, and ends with it. A peer's next request that was judged otherwise (another trust, report mode) gets a new one.
 */
export function announcedConnections(): Connections {
  const byPeer = new WeakMap<object, { readonly header: Buffer; readonly agent: Agent }>();
  return {
    fresh: (request, accepted) => new AnnouncingAgent(headerOf(request, accepted), {}),
    kept: (request, accepted) => {
      const { socket } = request;
      const header = headerOf(request, accepted);
      const before = byPeer.get(socket);
      if (before?.header.equals(header) === true) return before.agent;
      before?.agent.destroy();
      const agent = new AnnouncingAgent(header, { ...KEPT, maxFreeSockets: 1 });
      byPeer.set(socket, { header, agent });
      socket.once("close", () => agent.destroy());
      return agent;
    },
  };
}

function headerOf({ socket }: IncomingMessage, { pull, peer }: AcceptedRequest): Buffer {
  return proxyHeader({
    source: { address: peer.remoteAddress, port: peer.remotePort },
    destination: { address: socket.localAddress ?? "", port: socket.localPort ?? 0 },
    authority: pull.originHostname,
    tlsVersion: peer.tlsVersion ?? "",
    accepted: pull.verdict === "accepted",
  });
}

/** Says who it is for, before anything else, on each connection that it opens. */
class AnnouncingAgent extends Agent {
  readonly #header: Buffer;
  constructor(header: Buffer, options: ConstructorParameters<typeof Agent>[0]) {
    super(options);
    this.#header = header;
  }
  override createConnection(
    ...given: Parameters<Agent["createConnection"]>
  ): Duplex | null | undefined {
    const socket = super.createConnection(...given);
    // Kept back by the socket until it is connected, and before whatever is written after.
    socket?.write(this.#header);
    return socket;
  }
}
