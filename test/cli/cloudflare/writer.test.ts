import { describe, expect, it } from "vitest";
import type { HostPattern } from "../../../shared/hostname.ts";
import {
  parseHostnameAopCertificateId,
  parseMtlsCertificateId,
} from "../../../shared/certificate-id.ts";
import { createCloudflareWriter } from "../../../cli/cloudflare/create-writer.ts";
import { Failure } from "../../../cli/manners/failure.ts";
import { caText, leafText, SETTLED, useCloudflare } from "./support/cloudflare-world.ts";
import { deployWorker, uploadVersion } from "./support/workers.ts";

const startWorld = useCloudflare();
const SHOP = "shop.example.com" as HostPattern;

/** The next command of a failure. */
async function nextOf(call: Promise<unknown>): Promise<string> {
  const thrown: unknown = await call.then(
    () => "it was done",
    (error: unknown) => error,
  );
  if (!(thrown instanceof Failure)) throw new Error(`no failure: ${String(thrown)}`);
  return thrown.findings[0].next;
}

describe("an upload", () => {
  it("of a CA's certificate fails at the zone's two stores with how to make a leaf", async () => {
    const { writer, zone } = await startWorld();
    for (const upload of [writer.uploadHostnameCertificate, writer.uploadZoneCertificate]) {
      expect(await nextOf(upload(zone.id, caText()))).toContain("pullproof issue");
    }
    expect([zone.hostnameCertificates.size, zone.zoneCertificates.size]).toEqual([0, 0]);
  });

  it("of swapped files fails, and repeats nothing of the key", async () => {
    const { writer, zone } = await startWorld();
    const { text } = leafText();
    const swapped = { certificate: text.key, key: text.certificate };
    const thrown = await writer.uploadHostnameCertificate(zone.id, swapped).catch(String);
    expect(String(thrown)).toContain("cannot read");
    expect(String(thrown)).not.toContain(text.key.split("\n")[1]);
  });

  it("without the permission fails with its name", async () => {
    const { cloudflare, connectAgain, zone } = await startWorld();
    cloudflare.state.tokens.set("weak", { grants: ["Zone SSL and Certificates Read"] });
    const writer = createCloudflareWriter(connectAgain({ token: "weak" }));
    const call = writer.uploadHostnameCertificate(zone.id, leafText().text);
    expect(await nextOf(call)).toContain("Zone > SSL and Certificates: Edit");
  });

  it("of a certificate that is being deleted fails for now", async () => {
    const { writer, zone, clock } = await startWorld();
    const { text } = leafText();
    const id = await writer.uploadHostnameCertificate(zone.id, text);
    clock.advance(SETTLED);
    await writer.deleteHostnameCertificate(zone.id, id);
    const call = writer.uploadHostnameCertificate(zone.id, text);
    expect(await nextOf(call)).toContain("same command again");
    clock.advance(SETTLED);
    // Resurrected under its old id.
    expect(await writer.uploadHostnameCertificate(zone.id, text)).toBe(id);
  });

  it.each(["lose-answer", "hang-up"] as const)(
    "whose answer is lost (%s) is there once, and its id is found",
    async (fault) => {
      const { writer, zone, cloudflare } = await startWorld();
      const { leaf, text } = leafText();
      const inject = (): void => cloudflare.inject({ fault, method: "POST" });
      inject();
      const account = await writer.uploadAccountCertificate("shop", text);
      inject();
      const hostname = await writer.uploadHostnameCertificate(zone.id, text);
      inject();
      const ofZone = await writer.uploadZoneCertificate(zone.id, text);
      const { accountCertificates } = cloudflare.state;
      const held = [accountCertificates, zone.hostnameCertificates, zone.zoneCertificates];
      expect(held.map((store) => [...store.values()].map(({ id }) => id))).toEqual([
        [account],
        [hostname],
        [ofZone],
      ]);
      expect(accountCertificates.get(account)?.fingerprint).toBe(leaf.fingerprint);
    },
  );

  it("of the same certificate with other white space is the same one", async () => {
    const { writer, zone } = await startWorld();
    const { text } = leafText();
    const windows = { ...text, certificate: `\r\n${text.certificate.replaceAll("\n", "\r\n")}` };
    const id = await writer.uploadHostnameCertificate(zone.id, text);
    expect(await writer.uploadHostnameCertificate(zone.id, windows)).toBe(id);
    const account = await writer.uploadAccountCertificate("shop", text);
    expect(await writer.uploadAccountCertificate("again", windows)).toBe(account);
  });
});

describe("an association", () => {
  it("with an id of the zone level fails with what kinds there are", async () => {
    const { writer, zone, clock } = await startWorld();
    const ofZone = await writer.uploadZoneCertificate(zone.id, leafText().text);
    clock.advance(SETTLED);
    const id = parseHostnameAopCertificateId(ofZone);
    if (id === null) throw new Error("no id");
    expect(await nextOf(writer.associate(zone.id, SHOP, id, true))).toContain("fingerprint");
  });

  it("with a certificate that is not active yet fails for now", async () => {
    const { writer, zone } = await startWorld();
    const id = await writer.uploadHostnameCertificate(zone.id, leafText().text);
    const call = writer.associate(zone.id, SHOP, id, true);
    expect(await nextOf(call)).toContain("wait some minutes");
  });

  it("changes its own hostname alone", async () => {
    const { writer, zone, clock } = await startWorld();
    const [one, other] = [leafText(), leafText("blog.example.com")];
    const ids = [
      await writer.uploadHostnameCertificate(zone.id, one.text),
      await writer.uploadHostnameCertificate(zone.id, other.text),
    ] as const;
    clock.advance(SETTLED);
    await writer.associate(zone.id, SHOP, ids[0], true);
    await writer.associate(zone.id, "blog.example.com", ids[1], true);
    const associated = [...zone.associations].map(([name, { certificateId }]) => [
      name,
      certificateId,
    ]);
    expect(associated).toEqual([
      [SHOP, ids[0]],
      ["blog.example.com", ids[1]],
    ]);
  });

  it("that is gone is removed quietly", async () => {
    const { writer, zone, clock } = await startWorld();
    const id = await writer.uploadHostnameCertificate(zone.id, leafText().text);
    clock.advance(SETTLED);
    await writer.associate(zone.id, SHOP, id, null);
    expect(zone.associations.size).toBe(0);
  });
});

describe("a deletion", () => {
  it("of what a deployed Worker presents is not done, and says who", async () => {
    const { writer, cloudflare } = await startWorld();
    const id = await writer.uploadAccountCertificate("shop", leafText().text);
    const version = uploadVersion(cloudflare, "pullproof", { PULL_CERT_SHOP: id });
    deployWorker(cloudflare, "pullproof", { [version]: 100 });
    expect(await writer.deleteAccountCertificate(id)).toEqual({ inUse: "workers:pullproof" });
    expect(cloudflare.state.accountCertificates.has(id)).toBe(true);
    expect(cloudflare.calls.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  it.each([400, 409])("that the account's store refuses with %d is in use", async (status) => {
    const { writer, cloudflare } = await startWorld();
    const id = await writer.uploadAccountCertificate("shop", leafText().text);
    cloudflare.inject({ fault: "answer", method: "DELETE", status, message: "used by Gateway" });
    expect(await writer.deleteAccountCertificate(id)).toHaveProperty("inUse");
  });

  it.each([403, 503])("that ends with %d is no deletion and no use: it fails", async (status) => {
    const { writer, cloudflare } = await startWorld();
    const id = await writer.uploadAccountCertificate("shop", leafText().text);
    cloudflare.inject({ fault: "answer", method: "DELETE", status, times: 1000 });
    await expect(writer.deleteAccountCertificate(id)).rejects.toThrow(
      status === 403 ? "does not let this token write" : "not available",
    );
  });

  it("of what a hostname uses is not done", async () => {
    const { writer, zone, clock } = await startWorld();
    const id = await writer.uploadHostnameCertificate(zone.id, leafText().text);
    clock.advance(SETTLED);
    await writer.associate(zone.id, SHOP, id, true);
    expect(await writer.deleteHostnameCertificate(zone.id, id)).toHaveProperty("inUse");
    await writer.associate(zone.id, SHOP, id, null);
    // Still on its way to being void.
    expect(await writer.deleteHostnameCertificate(zone.id, id)).toHaveProperty("inUse");
    clock.advance(SETTLED);
    expect(await writer.deleteHostnameCertificate(zone.id, id)).toBe("deleted");
  });

  it("in a zone that nobody has is not taken for done", async () => {
    const { writer, zone, clock } = await startWorld();
    const id = await writer.uploadHostnameCertificate(zone.id, leafText().text);
    clock.advance(SETTLED);
    const gone = "0".repeat(32);
    expect(await nextOf(writer.deleteHostnameCertificate(gone, id))).not.toBe("");
    expect(await nextOf(writer.associate(gone, SHOP, id, null))).not.toBe("");
  });

  it("of what is still being deployed fails for now", async () => {
    const { writer, zone } = await startWorld();
    const id = await writer.uploadHostnameCertificate(zone.id, leafText().text);
    const call = writer.deleteHostnameCertificate(zone.id, id);
    expect(await nextOf(call)).toContain("wait some minutes");
  });

  it("whose answer is lost, or that is made twice, is done", async () => {
    const { writer, zone, cloudflare, clock } = await startWorld();
    const { text } = leafText();
    const account = await writer.uploadAccountCertificate("shop", text);
    const id = await writer.uploadHostnameCertificate(zone.id, text);
    clock.advance(SETTLED);
    const inject = (): void => cloudflare.inject({ fault: "lose-answer", method: "DELETE" });
    inject();
    expect(await writer.deleteAccountCertificate(account)).toBe("deleted");
    inject();
    expect(await writer.deleteHostnameCertificate(zone.id, id)).toBe("deleted");
    clock.advance(SETTLED);
    expect(await writer.deleteHostnameCertificate(zone.id, id)).toBe("deleted");
    const gone = parseMtlsCertificateId("00000000-0000-4000-8000-000000000000");
    if (gone === null) throw new Error("no id");
    expect(await writer.deleteAccountCertificate(gone)).toBe("deleted");
  });
});
