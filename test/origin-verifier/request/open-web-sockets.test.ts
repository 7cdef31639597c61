import { afterEach, describe, expect, it } from "vitest";
import {
  AUDIENCE,
  goodClaims,
  keySet,
  mintAccessKey,
  signToken,
  TEAM,
} from "../../support/access.ts";
import type { Conversation } from "../../support/conversation.ts";
import {
  startGuardWorld,
  startProxyWorld,
  type HttpWorld,
  webSocketHead,
} from "../../support/http-world.ts";
import type { RawAnswer } from "../../support/raw-application.ts";
import { plainMapping, type Pki, type WorldOptions } from "../../support/verifier-world.ts";

const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const handshake = (...lines: readonly string[]): string => webSocketHead("GET /socket", ...lines);
const HANDSHAKE = handshake();
const SWITCHING = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`;

const answer: RawAnswer = (_, { socket }) => void socket.write(SWITCHING, "latin1");

/** Both ways to stand behind the locks; each application answers 101 and then says nothing. */
const FORMS: Readonly<Record<string, (options: WorldOptions) => Promise<HttpWorld>>> = {
  "as proxy": (options) => startProxyWorld({ ...options, answer }),
  "in process": (options) =>
    startGuardWorld(
      (_, response) => void response.end(),
      (_, socket) => {
        socket.write(SWITCHING);
        socket.resume();
      },
      options,
    ),
};

/** Accepts these at shop, beside its own. */
const accepting =
  (names: readonly ("shop" | "unlisted")[], mode: unknown = "enforce") =>
  (pki: Pki) => {
    const mapping = plainMapping(pki);
    const accept = {
      issuer: "own",
      certificates: names.map((name) => pki[name].fingerprint),
      mode,
    };
    Object.assign(mapping.hosts["shop.example.com"] as object, { accept });
    return mapping;
  };

/** Before the certificates end. */
const IN_THREE_DAYS = Date.now() + 3 * 86_400_000;
const REPORT_UNTIL = new Date(IN_THREE_DAYS).toISOString().slice(0, 10);

for (const [form, start] of Object.entries(FORMS)) {
  describe(`an open WebSocket, ${form},`, () => {
    let world: HttpWorld;
    let time: number;
    afterEach(() => world.close());

    const begin = async (
      mapping: (pki: Pki) => unknown,
      files: Readonly<Record<string, string>> = {},
    ): Promise<void> => {
      time = Date.now();
      world = await start({ mapping, files, now: () => time });
    };
    const webSocket = async (
      who: "shop" | "unlisted",
      opening = HANDSHAKE,
    ): Promise<Conversation> => {
      const { certificate: cert, key } = world.world.pki[who];
      const socket = await world.pull({ cert, key });
      socket.send(opening);
      await socket.until((text) => text.endsWith("\r\n\r\n"));
      expect(socket.text()).toContain("101");
      return socket;
    };

    it("ends when its certificate expires", async () => {
      await begin(accepting(["shop"]));
      const socket = await webSocket("shop");
      time += 11 * 86_400_000;
      await socket.ended;
      expect(await world.world.nextRefusal()).toMatchObject({
        reason: "certificate-expired",
        hostname: "shop.example.com",
        status: null,
      });
    });

    it("ends with the token that it was opened with", async () => {
      const key = mintAccessKey("now");
      const access = { team: TEAM, audiences: [AUDIENCE], keys: "access.json" };
      await begin(
        (pki) => {
          const mapping = accepting(["shop"])(pki);
          const { accept } = mapping.hosts["shop.example.com"] as { accept: object };
          Object.assign(accept, { also: { access } });
          return mapping;
        },
        { "access.json": keySet([key]) },
      );
      const token = signToken(key, goodClaims(time / 1_000));
      const socket = await webSocket("shop", handshake(`Cf-Access-Jwt-Assertion: ${token}`));
      expect(socket.isEnded()).toBe(false);
      time += 3_631_000;
      await socket.ended;
      expect((await world.world.nextRefusal()).reason).toBe("token-not-accepted");
    });

    it("ends when its entry accepts it no longer, and goes on where it does", async () => {
      await begin(accepting(["shop", "unlisted"]));
      const [kept, retired] = [await webSocket("shop"), await webSocket("unlisted")];
      await world.world.writeMapping(accepting(["shop"])(world.world.pki));
      expect(await world.world.verifier.reload()).toMatchObject({ ok: true });
      await retired.ended;
      expect(await world.world.nextRefusal()).toMatchObject({
        reason: "certificate-not-accepted",
        fingerprint: world.world.pki.unlisted.fingerprint,
      });
      expect(kept.isEnded()).toBe(false);
    });

    it("ends when its certificate opens another hostname now: its application was told the old one", async () => {
      await begin(accepting(["shop"]));
      const socket = await webSocket("shop");
      const mapping = accepting(["shop"])(world.world.pki);
      const { "shop.example.com": shop, ...others } = mapping.hosts;
      const hosts = { ...others, "renamed.example.com": shop };
      await world.world.writeMapping({ ...mapping, hosts });
      expect(await world.world.verifier.reload()).toMatchObject({ ok: true });
      await socket.ended;
      expect(await world.world.nextRefusal()).toMatchObject({
        reason: "misdirected",
        hostname: "shop.example.com",
        status: null,
      });
    });

    it("ends in report mode where it was accepted and is no longer, and is told of as refused when it comes again", async () => {
      const mode = { report: REPORT_UNTIL };
      await begin(accepting(["shop", "unlisted"], mode));
      const accepted = await webSocket("unlisted");
      await world.world.writeMapping(accepting(["shop"], mode)(world.world.pki));
      expect(await world.world.verifier.reload()).toMatchObject({ ok: true });
      await accepted.ended;
      expect((await world.world.nextRefusal()).reason).toBe("certificate-not-accepted");
      await webSocket("unlisted");
      expect(world.world.events.at(-1)).toMatchObject({ event: "pull-reported" });
    });

    it("goes on in report mode, and ends with it", async () => {
      await begin(accepting(["shop"], { report: REPORT_UNTIL }));
      const socket = await webSocket("unlisted");
      expect(socket.isEnded()).toBe(false);
      time = Date.parse(REPORT_UNTIL);
      await socket.ended;
      expect((await world.world.nextRefusal()).reason).toBe("certificate-not-accepted");
    });
  });
}
