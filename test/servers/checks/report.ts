import { mappingOf } from "../../conformance/support/pki.ts";
import { attempt, statuses, type PeerCertificate } from "../../conformance/support/pull.ts";
import { BLOG, pull, settled, SHOP } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { broken, type Check, type Claims } from "./check.ts";

const DAY = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const REFUSED = "refused; reason=certificate-not-accepted";

/** Blog in report mode until a day, shop enforcing; afterwards everything is as it was. */
async function reporting(
  world: ServerWorld,
  days: number,
  run: () => Promise<Claims>,
): Promise<Claims> {
  const { pki } = world;
  const blog = {
    certificates: [pki.blog.fingerprint],
    mode: { report: day(days) },
  };
  // Shop's list says when the mapping is in force.
  const shop = { certificates: [pki.shop.fingerprint, pki.unlisted.fingerprint] };
  const ran = await world.render(mappingOf(pki, { shop, blog }), [pki.unlisted]);
  if (ran.status !== 0) return { "it has no report mode": false };
  await settled(world, pki.unlisted, true);
  try {
    return await run();
  } finally {
    await world.render();
    await settled(world, pki.unlisted, false);
  }
}

let count = 0;

/** One pull at blog, with what the application was told of it. */
async function ask(world: ServerWorld, peer: PeerCertificate | null, more = "", host = BLOG) {
  count += 1;
  const target = `/report-${count}`;
  const said = `X-Forwarded-For: 203.0.113.7\r\nX-Pull-Verdict: accepted\r\n${more}`;
  const request = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${said}\r\n`;
  const { text } = await attempt(world, peer, request, { servername: BLOG });
  const reached = world.application.reached.find(({ url }) => url === target);
  return { status: statuses(text)[0] ?? null, headers: reached?.headers ?? null };
}

const lets: Check = {
  promise: "P70",
  ofHttp: true,
  run: async (world) =>
    broken(
      await reporting(world, 30, async () => {
        const { pki } = world;
        const claims: Record<string, boolean> = {};
        const peers = {
          nobody: null,
          stranger: pki.stranger,
          unlisted: pki.shop,
          other: pki.other,
        };
        for (const [what, peer] of Object.entries(peers)) {
          const { headers } = await ask(world, peer);
          claims[`${what} is not let through`] = headers !== null;
          claims[`${what} is not marked`] = headers?.["x-pull-verdict"] === REFUSED;
          claims[`${what} brings who sent it`] =
            headers?.["x-pull-fingerprint"] === undefined &&
            headers?.["client-cert"] === undefined &&
            headers?.["x-forwarded-for"] === undefined;
        }
        return claims;
      }),
    ),
};

const letsNot: Check = {
  promise: "P71",
  ofHttp: true,
  run: async (world) =>
    broken(
      await reporting(world, 30, async () => {
        const { pki } = world;
        const atShop = async (peer: PeerCertificate | null) =>
          (await pull(world, peer, { servername: SHOP })).reached;
        return {
          "a misdirected pull passes": (await ask(world, pki.stranger, "", SHOP)).headers === null,
          "a request with a wrong Expect passes":
            (await ask(world, null, "Expect: something\r\n")).headers === null,
          "a body on GET passes":
            (await ask(world, null, "Content-Length: 5\r\n")).headers === null,
          "nobody pulls from the other hostname": !(await atShop(null)),
          "a stranger pulls from the other hostname": !(await atShop(pki.stranger)),
          "a stranger gets an answer of the other hostname":
            (await pull(world, pki.stranger, { servername: SHOP })).text === "",
        };
      }),
    ),
};

const takesNothing: Check = {
  promise: "P72",
  ofHttp: true,
  run: async (world) =>
    broken(
      await reporting(world, 30, async () => {
        const { headers } = await ask(world, world.pki.blog);
        return {
          "an accepted pull is marked": headers?.["x-pull-verdict"] === "accepted",
          "its fingerprint is not told":
            headers?.["x-pull-fingerprint"] === world.pki.blog.fingerprint,
          "its certificate is not told":
            headers?.["client-cert"] === `:${world.pki.blog.der.toString("base64")}:`,
          "the visitor is not told": headers?.["x-forwarded-for"] === "203.0.113.7",
        };
      }),
    ),
};

const closes: Check = {
  promise: "P73",
  ofHttp: true,
  run: async (world) =>
    broken(
      await reporting(world, -1, async () => {
        const { pki } = world;
        const refused = async (peer: PeerCertificate | null) =>
          (await ask(world, peer)).headers === null;
        return {
          "nobody is let through after its day": await refused(null),
          "a stranger is let through after its day": await refused(pki.stranger),
          "an unlisted one is let through after its day": await refused(pki.shop),
          "the listed one is refused after its day": !(await refused(pki.blog)),
        };
      }),
    ),
};

export const REPORT_CHECKS: readonly Check[] = [lets, letsNot, takesNothing, closes];
