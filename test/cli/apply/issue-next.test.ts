import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { issueNext } from "../../../cli/apply/issue-next.ts";
import { issueIssuer } from "../../../cli/certificates/issue-issuer.ts";
import { hasMlDsa } from "../../../cli/certificates/ml-dsa.ts";
import type { AnyKeyType } from "../../../cli/certificates/key-type.ts";
import type { Hands } from "../../../cli/apply/hands.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { parseMapping, type IssuerName } from "../../../shared/mapping.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
const SHOP = "shop.example.com" as Hostname;
const OWN = "own" as IssuerName;

/** A project whose own issuer has a key of this kind. */
async function issueWith(keyType: AnyKeyType) {
  const folder = newFolder();
  const at = (name: string): string => path.join(folder, name);
  mkdirSync(at("pki"));
  const issuer = await issueIssuer({ name: "own", keyType, days: 30, now: new Date() });
  writeFileSync(at("pki/issuer.pem"), issuer.certificate);
  writeFileSync(at("pki/issuer.key"), issuer.key, { mode: 0o600 });
  const mapping = parseMapping({
    version: 1,
    issuers: { own: { certificates: "pki/issuer.pem" } },
    hosts: {
      [SHOP]: {
        origin: "https://origin-shop.example.net",
        present: { by: "edge", level: "hostname" },
        accept: { issuer: "own", certificates: [issuer.fingerprint] },
      },
    },
  });
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.problems));
  const hands = {
    mappingFile: at("mapping.json"),
    certificates: at("pki"),
    issuing: { keyType: "p256", days: 10 },
    now: () => new Date(),
  } as unknown as Hands;
  const issued = issueNext(hands, mapping.value, SHOP, OWN);
  return {
    issued,
    files: () => readdirSync(at("pki")),
  };
}

const noMlDsa = skipUnless(hasMlDsa(), "Node with OpenSSL 3.5", false);

describe("the next certificate of a rotation", () => {
  it.skipIf(noMlDsa)(
    "is not issued where its verifiers would list it and refuse it: an ML-DSA issuer's",
    async () => {
      const { issued, files } = await issueWith("ml-dsa-65");
      await expect(issued).rejects.toMatchObject({
        message: expect.stringContaining("post-quantum") as unknown,
      });
      expect(files().toSorted()).toEqual(["issuer.key", "issuer.pem"]);
    },
  );

  it("is issued and written by any other", async () => {
    const { issued, files } = await issueWith("p256");
    expect(await issued).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(files()).toHaveLength(4);
  });
});
