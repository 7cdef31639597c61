import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContext, TLSSocket } from "node:tls";
import type { Hostname } from "../../shared/hostname.ts";
import type { VerifierEvent } from "../events.ts";
import type { AddressRanges } from "../judge/policy.ts";
import { createFastPath } from "../fast-path/create-fast-path.ts";
import type { Reader } from "../fast-path/reader.ts";
import { stillMs, type Limits } from "../limits.ts";
import type { Profile } from "../profile/profile.ts";
import type { Application } from "../request/accepted-request.ts";
import type { ClientCertHeader } from "../request/client-cert-headers.ts";
import { createRefuser } from "../request/create-refuser.ts";
import { createReceiver } from "../request/receive-requests.ts";
import { ReceivedRequest } from "../request/received-request.ts";
import type { Trust } from "../trust/trust.ts";
import { readBalancersHeaders } from "./behind-balancers.ts";
import { coarseIntervalMs, createCoarseClock } from "./coarse-clock.ts";
import { createDrain, type Drain } from "./drain.ts";
import { failedHandshakeDetail } from "./failed-handshake.ts";
import { lockOne, type RefusePolicy } from "./lock-one.ts";
import { meetPeer, type RemoteAddress } from "./meet-peer.ts";
import { createNamedHostnames } from "./named-hostnames.ts";
import type { Peer } from "./peer.ts";
import { createRemoteAddresses, NO_ADDRESS } from "./remote-addresses.ts";
import { readServerName } from "./server-name.ts";
import { createSelfCheck, type SelfCheckOutcome } from "./self-check.ts";
import { createStillConnections } from "./still-connections.ts";
import { listenerTlsOptions } from "./tls-options.ts";
import { createUnfinishedHandshakes } from "./unfinished-handshakes.ts";

/** What the listener decides with and tells to. */
export interface ListenerOptions {
  /** The trust in force: asked at each handshake and each request. */
  readonly trust: () => Trust;
  readonly application: Application;
  readonly refuse: RefusePolicy;
  readonly profile: Profile;
  readonly limits: Limits;
  readonly clientCertHeader: ClientCertHeader;
  /** Who announces its peers by a PROXY protocol header; null for nobody. */
  readonly balancers: AddressRanges | null;
  /** Who reads pulls first. */
  readonly reader: Reader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly emit: (event: VerifierEvent) => void;
}

/** A listener, and the end of it and of all its connections. */
export interface Listener {
  readonly server: Server;
  readonly drain: Pick<Drain, "begin" | "close">;
  /** Connections at this moment, those in their handshake and WebSockets included. */
  readonly connectionCount: () => number;
  /** Tries the listener itself, under the first origin hostname at which that can be done. */
  readonly selfCheck: () => Promise<SelfCheckOutcome>;
}

/** The TLS listener with both locks in it. It is not listening yet. */
export function createListener(options: ListenerOptions): Listener {
  const { trust, limits, now, emit } = options;
  const peers = new WeakMap<Duplex, Peer>();
  const remotes = createRemoteAddresses();
  const named = createNamedHostnames();
  const refuser = createRefuser(options.refuse, emit);

  const server = createServer({
    ...listenerTlsOptions(options.profile),
    ...httpOptions(limits),
    SNICallback(this: unknown, name: string, callback: SniAnswer) {
      const { origins } = trust();
      const hostname = readServerName(name, origins);
      named.remember(this, hostname);
      // No context: the engine has no certificate to show, and ends the handshake with an alert.
      callback(null, hostname === null ? undefined : origins.get(hostname)?.context);
    },
  });
  // Node drops the header lines beyond its own limit without a word: here all are read, and too many are refused.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  if (options.balancers !== null)
    readBalancersHeaders(server, {
      balancers: options.balancers,
      remotes,
      headerMs: limits.handshakeMs,
      failed: (socket, detail) => tellFailed(detail, null, remotes.of(socket)),
    });
  const connections = new Set<Socket>();
  const unfinished = createUnfinishedHandshakes(limits.handshakes);
  server.on("connection", (socket: Socket) => {
    remotes.remember(socket);
    unfinished.begin(socket);
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });

  const drain = createDrain({
    server,
    unfinished: unfinished.all,
    // All of them: those that became WebSockets are no longer the server's to close.
    destroyConnections: () => {
      for (const socket of connections) socket.destroy();
    },
  });

  const clock = createCoarseClock(coarseIntervalMs(limits));
  const still = createStillConnections(clock, stillMs(limits));
  const readHttp = takeHttpReader(server);
  const handOver = (socket: TLSSocket, peer: Peer): void => {
    still.watch(socket, peer);
    readHttp(socket);
  };
  const selfCheck = createSelfCheck(server, options.profile);
  const isOwn = (socket: TLSSocket): boolean =>
    selfCheck.isUnderWay() && remotes.of(socket).remoteAddress === NO_ADDRESS;
  server.on("secureConnection", (socket: TLSSocket) => {
    if (isOwn(socket)) {
      selfCheck.answer(socket);
      return;
    }
    unfinished.finish(remotes.nextHop(socket), socket.localAddress);
    const [current, moment] = [trust(), now()];
    const peer = meetPeer(socket, remotes.of(socket), options.profile, current, moment);
    const refused = lockOne(peer, current, options.refuse, moment);
    if (refused !== null) {
      refuser.silently(socket, peer, refused, null);
      return;
    }
    peers.set(socket, peer);
    drain.meet(socket, peer);
    if (fastPath === null) handOver(socket, peer);
    else fastPath.meet(socket, peer);
  });

  const receiver = createReceiver({
    ...options,
    refuser,
    peerOf: (socket) => peers.get(socket),
    isDraining: drain.isDraining,
  });
  const { relaysTo } = options.application;
  const fastPath =
    relaysTo === null || options.reader === "node"
      ? null
      : createFastPath({
          ...options,
          applicationOf: relaysTo,
          refuser,
          isDraining: drain.isDraining,
          handOver,
          unreadable: receiver.unreadable,
          clock,
        });
  server.on("close", () => fastPath?.close());
  for (const event of ["request", "checkContinue", "checkExpectation"])
    server.on(event, receiver.request);
  for (const event of ["upgrade", "connect"])
    server.on(event, (request: IncomingMessage, socket: TLSSocket, early: Buffer) => {
      still.leave(socket);
      receiver.tunnel(request, socket, early);
    });

  server.on("clientError", (error: Error & { code?: string }, socket: Duplex) => {
    if (peers.has(socket)) {
      receiver.unreadable(error, socket);
      return;
    }
    // Still in its handshake: any answer, even Node's own example of one, would keep it open for ever.
    tellHandshake(error, socket as TLSSocket);
    socket.destroy();
  });

  function tellHandshake(error: Error & { code?: string }, socket: TLSSocket): void {
    // A health check ends where it likes.
    if (isOwn(socket) || remotes.isBalancersOwn(socket)) return;
    const hostname = named.of(socket);
    const isServed = hostname !== undefined && hostname !== null && trust().origins.has(hostname);
    const detail = failedHandshakeDetail(error, hostname, isServed);
    tellFailed(detail, hostname ?? null, remotes.of(socket));
  }
  function tellFailed(
    detail: string,
    originHostname: Hostname | null,
    remote: RemoteAddress,
  ): void {
    emit({
      event: "handshake-failed",
      detail,
      originHostname,
      fingerprint: null,
      tlsVersion: null,
      ...remote,
    });
  }
  return {
    server,
    drain,
    connectionCount: () => connections.size,
    selfCheck: async () => {
      let outcome: SelfCheckOutcome = { unsafe: [], untried: ["no origin hostname is served"] };
      for (const originHostname of trust().origins.keys()) {
        outcome = await selfCheck.run(originHostname);
        if (outcome.untried.length === 0 || outcome.unsafe.length > 0) break;
      }
      return outcome;
    },
  };
}

type SniAnswer = (error: Error | null, context?: SecureContext) => void;

function httpOptions(limits: Limits) {
  return {
    IncomingMessage: ReceivedRequest,
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.headersMs,
    // A whole request may take as long as its body takes to come; that it goes on coming is watched piece by piece.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(2_000, limits.headersMs),
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
    // Said here, or NODE_OPTIONS would say it (`--insecure-http-parser`).
    insecureHTTPParser: false,
    // Ours to refuse, with an id and a log line.
    requireHostHeader: false,
  };
}

/** Takes from Node the one listener that reads HTTP from a TLS connection: the only way to it is through lock one. */
function takeHttpReader(server: Server): (socket: TLSSocket) => void {
  const [reader, ...others] = server.listeners("secureConnection");
  if (reader === undefined || others.length > 0) {
    throw new Error("this Node wires https in another way: there is a way past the first lock");
  }
  server.removeAllListeners("secureConnection");
  return (socket) => {
    Reflect.apply(reader, server, [socket]);
  };
}
