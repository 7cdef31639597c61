import {
  readStrictly,
  values,
  type ReadHead,
  type ReadStream,
} from "../../support/strict-reader.ts";
import { SHOP } from "../../support/verifier-world.ts";

/**
 * What a stream of bytes may at most come to behind the verifier, by the promises and by RFC 9112, in an implementation
 * of its own. The verifier may refuse more; it may never hand on what is refused here.
 */
export function mostOf(stream: string): ReadStream {
  return readStrictly(stream, { passes, isLast: isTunnel });
}

function passes(head: ReadHead): boolean {
  const one = (name: string): string | null | undefined => {
    const all = values(head.headers, name);
    return all.length > 1 ? undefined : (all[0] ?? null);
  };
  const [host, expect, upgrade, forwarded] = [
    one("host"),
    one("expect"),
    one("upgrade"),
    one("x-forwarded-host"),
  ];
  const framings = [
    ...values(head.headers, "content-length"),
    ...values(head.headers, "transfer-encoding"),
  ];
  const hasBody = framings.some((value) => !/^0+$/.test(value));
  return (
    head.method !== "CONNECT" &&
    head.method !== "TRACE" &&
    !(hasBody && (head.method === "GET" || head.method === "HEAD")) &&
    isTarget(head) &&
    isOurs(host) &&
    (expect === null || expect?.toLowerCase() === "100-continue") &&
    forwarded !== undefined &&
    (upgrade === null || isTunnel(head)) &&
    head.headers.length <= 2_000
  );
}

function isTarget({ method, target }: ReadHead): boolean {
  return target === "*" ? method === "OPTIONS" : /^\/[^#\\]*$/.test(target);
}

function isOurs(host: string | null | undefined): boolean {
  const [, name, port] = /^([A-Za-z0-9.-]+?)\.?(?::([1-9][0-9]{0,4}))?$/.exec(host ?? "") ?? [];
  return name?.toLowerCase() === SHOP && Number(port ?? 1) <= 65_535;
}

/** Whether what follows is a WebSocket's bytes. */
function isTunnel({ method, headers }: ReadHead): boolean {
  const nominated = values(headers, "connection").flatMap((value) =>
    value.toLowerCase().split(","),
  );
  return (
    method === "GET" &&
    values(headers, "upgrade").join().toLowerCase() === "websocket" &&
    nominated.some((token) => token.trim() === "upgrade") &&
    values(headers, "sec-websocket-version").join() === "13" &&
    /^[A-Za-z0-9+/]{22}==$/.test(values(headers, "sec-websocket-key").join())
  );
}
