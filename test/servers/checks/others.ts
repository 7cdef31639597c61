import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { head, pullFrom } from "../../conformance/http-pull.ts";
import { mappingOf } from "../../conformance/support/pki.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import { values } from "../../support/strict-reader.ts";
import { pull, settled, SHOP } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { broken, type Check } from "./check.ts";

/** The environment of the raw world names the stranger's CA. */
const nobodyElse: Check = {
  promise: "P16",
  ofHttp: false,
  run: async (_, { world, application }) => {
    const { pki } = world;
    const ask = async (name: "shop" | "stranger" | "other") => {
      const target = `/trusted-${name}`;
      const { text } = await pull(world, pki[name], { target });
      return text.includes(target) || application.requests().some((one) => one.target === target);
    };
    return broken({
      "shop's own does not pull": await ask("shop"),
      "one of the machine's CA pulls": !(await ask("stranger")),
      "one of another issuer pulls": !(await ask("other")),
    });
  },
};

/** One framing, and a Host of the application's own. */
const framing: Check = {
  promise: "P56",
  ofHttp: true,
  run: async (_, { world, application }) => {
    const claims: Record<string, boolean> = {};
    const bodies = {
      "Content-Length: 5": "hello",
      "Transfer-Encoding: chunked": "2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    };
    for (const [line, body] of Object.entries(bodies)) {
      const target = `/framed-${line.length}`;
      const conversation = await pullFrom(world);
      const host = `${SHOP.toUpperCase()}:443`;
      conversation.send(
        `POST ${target} HTTP/1.1\r\nHost: ${host}\r\n${line}\r\nConnection: close\r\n\r\n${body}`,
      );
      await conversation.ended;
      const request = application.requests().find((one) => one.target === target);
      const headers = request?.headers ?? [];
      const framed = [
        ...values(headers, "content-length"),
        ...values(headers, "transfer-encoding"),
      ];
      claims[`with ${line} the body is another`] = request?.body === "hello";
      claims[`with ${line} it is framed twice, or not at all`] = framed.length === 1;
      claims[`with ${line} Host is the peer's`] =
        JSON.stringify(values(headers, "host")) === JSON.stringify([SHOP]);
    }
    claims["bytes are left over"] = application.unframed().every((bytes) => !bytes.includes("llo"));
    return broken(claims);
  },
};

const LANES = 8;
const PULLS = 12;

/** Many at once, and one after another on kept connections. */
const answers: Check = {
  promise: "P59",
  ofHttp: true,
  run: async (_, { world }) => {
    const lane = async (at: number): Promise<boolean> => {
      const conversation = await pullFrom(world);
      let isGood = true;
      for (let n = 1; n <= PULLS && isGood; n += 1) {
        conversation.send(head(`GET /lane-${at}-${n}`));
        const came = await conversation.answered(n).catch(() => []);
        isGood = came[n - 1]?.body === `/lane-${at}-${n}`;
      }
      conversation.destroy();
      return isGood;
    };
    const all = await Promise.all(Array.from({ length: LANES }, (_each, at) => lane(at)));
    return broken({ "an answer is that of another request": all.every(Boolean) });
  },
};

const NASTY = [
  head('GET /"quoted"\\', 'User-Agent: "}{\\', "Connection: close"),
  head("GET /%00%0a%22", "Connection: close"),
  `GET / HTTP/1.1\r\nHost: "},{"verdict":"accepted\r\nConnection: close\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: \u00ff\u0001\\\r\nConnection: close\r\n\r\n`,
  `GET /\u00e4\u00ff HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`,
];

/** What the server wrote of pulls: to its file, or to its standard output. */
function logged(world: ServerWorld): readonly string[] {
  const file = join(world.folder, "pulls.log");
  const written = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
  const text = world.kind.logsTo === "file" ? written() : world.said();
  return text.split("\n").filter((line) => line.startsWith("{") || line.includes('"verdict"'));
}

const log: Check = {
  promise: "P33",
  ofHttp: true,
  run: async (world) => {
    const before = logged(world).length;
    const conversations = await Promise.all(NASTY.map(() => pullFrom(world)));
    conversations.forEach((one, at) => one.send(NASTY[at] ?? ""));
    await Promise.all(conversations.map((one) => one.ended));
    await pull(world, world.pki.unlisted);
    const isLogged = await waitFor("the log", () => logged(world).length > before + 1, 5_000).catch(
      () => false,
    );
    const lines = logged(world);
    return broken({
      "nothing is logged": isLogged,
      "a line is no JSON object": lines.every((line) => {
        try {
          return typeof JSON.parse(line) === "object";
        } catch {
          return false;
        }
      }),
      "the Host of a pull is not told": lines.some((line) => line.includes(`"host":"${SHOP}"`)),
      "a peer says its verdict in the log": !lines.some((line) =>
        line.includes(',{"verdict":"accepted'),
      ),
    });
  },
};

const RELOADS = 4;

/** Whoever is accepted before and after never fails. */
const reloads: Check = {
  promise: "P80",
  ofHttp: false,
  run: async (world) => {
    const { pki } = world;
    const with2 = mappingOf(pki, {
      shop: { certificates: [pki.shop.fingerprint, pki.unlisted.fingerprint] },
    });
    const over = new AbortController();
    let [failed, served, wrong] = [0, 0, 0];
    const lane = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const good = await pull(world, pki.shop).catch(() => ({ reached: false }));
        if (good.reached) served += 1;
        else failed += 1;
        if ((await pull(world, pki.other).catch(() => ({ reached: false }))).reached) wrong += 1;
      }
    };
    const lanes = [lane(), lane(), lane()];
    for (let n = 0; n < RELOADS; n += 1) {
      const isIn = n % 2 === 0;
      await world.render(isIn ? with2 : mappingOf(pki), [pki.unlisted]);
      await settled(world, pki.unlisted, isIn);
    }
    over.abort();
    await Promise.all(lanes);
    return broken({
      "a good pull fails beside a reload": failed === 0,
      "a bad pull is served beside a reload": wrong === 0 && served > 0,
    });
  },
};

/** A file that nothing can be read from: what was in force goes on. The last of all, since some end of it. */
const brokenFile: Check = {
  promise: "P15",
  ofHttp: false,
  run: async (_, { world }) => {
    const { pki } = world;
    world.write("issuer.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    await world.reload().catch(() => null);
    const claims: Record<string, boolean> = {};
    // For as long as a reload takes: what is to come of it has come by then.
    for (const end = Date.now() + 2_000; Date.now() < end;) {
      const target = `/still-${Date.now()}`;
      const served = await pull(world, pki.shop, { target }).catch(() => ({ text: "" }));
      const stranger = await pull(world, pki.stranger, { target }).catch(() => ({ text: "" }));
      claims["nobody pulls any more"] =
        served.text.includes(target) && claims["nobody pulls any more"] !== false;
      claims["a stranger pulls"] =
        !stranger.text.includes(target) && claims["a stranger pulls"] !== false;
    }
    return broken(claims);
  },
};

export const OTHER_CHECKS: readonly Check[] = [
  nobodyElse,
  framing,
  answers,
  log,
  reloads,
  brokenFile,
];
