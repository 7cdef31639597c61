import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { readPemCertificates } from "../../origin-verifier/certificate/read-pem.ts";
import { ACCEPTED_VECTORS } from "../origin-verifier/certificate/accepted-vectors.ts";
import {
  issuerOf,
  readCases,
  VECTORS,
  whyRefused,
  type Layout,
  type VectorCase,
} from "../origin-verifier/certificate/vectors.ts";
import { skipUnless } from "../support/loud-skip.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import { attempt, get, refusalOf, statuses, type PeerCertificate } from "./support/pull.ts";
import { startWorld, type World } from "./support/world.ts";

const skip = skipUnless(VECTORS !== null, "the vectors (PULLPROOF_VECTORS names their folder)");

const LONGEST_MS = 240_000;
// Their certificates have dates, and the verifier's process has no clock but the machine's.
const outOfDate =
  !skip &&
  skipUnless(
    readCases(VECTORS ?? "", "bettertls-client").every(isOfToday),
    "a clock between 2026-11 and 2027-11, for the cases of BetterTLS",
  );

function isOfToday({ peer_certificate }: VectorCase): boolean {
  const leaf = readPemCertificates(peer_certificate);
  if (!leaf.ok) return true;
  const [{ validFromDate, validToDate }] = leaf.value;
  return validFromDate.getTime() < Date.now() && Date.now() < validToDate.getTime();
}

/** What the engine refuses and the judge would not. */
const REFUSED_BY_ENGINE: Readonly<Record<string, string>> = {
  "rfc5280::nc::nc-forbids-same-chain-ica":
    "It holds a CA's name constraints against a self-issued CA below it, which RFC 5280 6.1 excepts.",
};

/** What became of a case over sockets: `accepted`, or why not. */
interface End {
  readonly id: string;
  readonly expected: VectorCase["expected_result"];
  readonly ends: readonly string[];
  /** What the judge alone makes of it. */
  readonly judged: string | null;
}

type WithKey = VectorCase & { readonly peer_certificate_key?: string };

/** The text of the issuer file: what of the case's CAs the verifier takes, or all of it where it takes none. */
function issuerFile(vector: VectorCase, layout: Layout): string {
  const issuer = issuerOf(vector, layout);
  const pems = issuer.ok ? issuer.value.certificates.map(({ pem }) => pem) : vector.trusted_certs;
  return pems.map((pem) => `${pem.trim()}\n`).join("");
}

function fingerprintsOf(vector: VectorCase): readonly string[] {
  const leaf = readPemCertificates(vector.peer_certificate);
  return leaf.ok ? [fingerprintOf(leaf.value[0].raw)] : [];
}

/** The names of a leaf, so that where the issuer decides, the name is no obstacle. */
function namesOf(vector: VectorCase): readonly string[] {
  const leaf = readPemCertificates(vector.peer_certificate);
  const text = leaf.ok ? (leaf.value[0].subjectAltName ?? "") : "";
  const names = [...text.matchAll(/DNS:([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:,|$)/g)].map(([, n]) => n);
  return names.length > 0 ? [names[0] as string] : ["example.com"];
}

function isAccepted({ ends }: End): boolean {
  return ends.includes("accepted");
}

function ids(ends: readonly End[]): readonly string[] {
  return ends.map(({ id }) => id);
}

describe.skipIf(skip)("the cases of the vectors, over sockets", () => {
  const pki = makePki();
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ pki });
  });
  afterAll(() => world.close());

  const endOf = async (vector: WithKey, layout: Layout): Promise<End> => {
    const { id, expected_result: expected, peer_certificate_key: keyPem = "" } = vector;
    const judged = whyRefused(vector, layout);
    const crl = vector.crls.length > 0 ? { crl: "issuer.crl" } : {};
    await world.write("issuer.pem", issuerFile(vector, layout));
    await world.write("issuer.crl", vector.crls.join("\n"));
    await world.writeMapping(
      mappingOf(pki, {
        issuers: { own: { certificates: "issuer.pem", ...crl } },
        shop: { certificates: fingerprintsOf(vector) },
        blog: { certificates: "issued", names: namesOf(vector) },
      }),
    );
    const reloaded = await world.reload();
    if (reloaded.event === "reload-failed") return { id, expected, judged, ends: ["not loaded"] };
    const sent = layout === "sent" ? vector.untrusted_intermediates : [];
    const peer: PeerCertificate = { pem: [vector.peer_certificate, ...sent].join("\n"), keyPem };
    const ends: string[] = [];
    for (const servername of [SHOP, BLOG]) ends.push(await endAt(peer, servername));
    return { id, expected, judged, ends };
  };
  const endAt = async (peer: PeerCertificate, servername: string): Promise<string> => {
    let ended: Awaited<ReturnType<typeof attempt>>;
    try {
      ended = await attempt(world, peer, get(servername), { servername });
    } catch {
      // Nothing that our own engine could present.
      return "not presented";
    }
    if (statuses(ended.text)[0] === 200) return "accepted";
    const line = await refusalOf(world, ended);
    return `${(line["reason"] as string | undefined) ?? line.event}: ${line["detail"] as string}`;
  };

  const endsOf = async (cases: readonly VectorCase[], layout: Layout): Promise<readonly End[]> => {
    const ends: End[] = [];
    for (const vector of cases) ends.push(await endOf(vector, layout));
    return ends;
  };

  for (const layout of ["held", "sent"] as const) {
    const where = layout === "held" ? "held at the origin" : "sent by the peer";
    describe(`x509-limbo, with intermediates ${where}`, () => {
      let ends: readonly End[];
      beforeAll(async () => {
        // Those that have a time of their own are judged at it, where the judge is tested.
        const cases = readCases(VECTORS ?? "", "limbo-client");
        ends = await endsOf(
          cases.filter(({ validation_time }) => validation_time === null),
          layout,
        );
      }, LONGEST_MS);

      it("P38: accepts no case that is to be refused, but for the frozen list", () => {
        expect(ends.length).toBeGreaterThan(120);
        const falsely = ends.filter((end) => end.expected === "FAILURE" && isAccepted(end));
        expect(ids(falsely).filter((id) => !(id in ACCEPTED_VECTORS))).toEqual([]);
      });

      it("P38: accepts exactly what the judge accepts, but for what the engine refuses", () => {
        expect(ids(ends.filter((end) => end.judged !== null && isAccepted(end)))).toEqual([]);
        const byEngine = ends.filter((end) => end.judged === null && !isAccepted(end));
        // With what became of them: that is all that is left of a case when this fails.
        const unexpected = byEngine.filter(({ id }) => !(id in REFUSED_BY_ENGINE));
        expect(unexpected.map((end) => [end.id, ...end.ends])).toEqual([]);
        expect(ends.filter((end) => isAccepted(end)).length).toBeGreaterThan(10);
      });

      it("P38: has a reason for every refusal, and never UNSPECIFIED alone", () => {
        const refusals = ends.flatMap((end) => end.ends).filter((end) => end.includes(": "));
        expect(refusals.length).toBeGreaterThan(20);
        expect(refusals.filter((end) => /: (?:UNSPECIFIED)?$/.test(end))).toEqual([]);
      });
    });

    describe.skipIf(outOfDate)(`BetterTLS, with intermediates ${where}`, () => {
      it(
        "P38: accepts no path that is to be refused",
        async () => {
          const ends = await endsOf(readCases(VECTORS ?? "", "bettertls-client"), layout);
          expect(ends).toHaveLength(81);
          const falsely = ends.filter((end) => end.expected === "FAILURE" && isAccepted(end));
          expect(ids(falsely)).toEqual([]);
          expect(ids(ends.filter((end) => end.judged !== null && isAccepted(end)))).toEqual([]);
        },
        LONGEST_MS,
      );
    });
  }
});
