import { afterEach, beforeEach, expect, it } from "vitest";
import { signerOf, type CertificateAndKey } from "../../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../../cli/certificates/issue-issuer.ts";
import { issueOriginCertificate } from "../../../cli/certificates/issue-leaf.ts";
import { keepReloading } from "../../../origin-verifier/command/keep-reloading.ts";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import { createOriginVerifier } from "../../../origin-verifier/origin-verifier.ts";
import { BLOG, SHOP } from "../../support/verifier-world.ts";
import { makeVerifierFiles, type VerifierFiles } from "./support/verifier-files.ts";

let files: VerifierFiles;
let close = (): void => {};
beforeEach(async () => {
  files = await makeVerifierFiles();
});
afterEach(async () => {
  close();
  await files.remove();
});

/** A verifier of this process that follows its files, and what each try to reload came to. */
async function following() {
  const events: VerifierEvent[] = [];
  const tries: boolean[] = [];
  const asked = readFlags(files.flags(), {});
  if (asked.ask !== "run") throw new Error("the flags are wrong");
  const { configuration: started } = asked;
  const { mapping, origins } = started;
  const verifier = await createOriginVerifier({
    mapping,
    origins,
    onEvent: (event) => events.push(event),
  });
  const watching = Promise.withResolvers<unknown>();
  const reloads = keepReloading({
    verifier: {
      ...verifier,
      reload: async (change) => {
        const outcome = await verifier.reload(change);
        tries.push(outcome.ok);
        return outcome;
      },
    },
    started,
    file: null,
    environment: {},
    run: { watch: true, pollSeconds: 3_600 },
    beside: new Map(),
    watching: watching.resolve,
    adopt: () => {},
  });
  ({ close } = reloads);
  await watching.promise;
  return { verifier, events, tries };
}

/** Another certificate of shop's origin hostname, with a key of its own. */
async function nextOriginCertificate(): Promise<CertificateAndKey> {
  const times = { keyType: "p256", days: 10, now: new Date() } as const;
  const signer = signerOf(await issueIssuer({ name: "origins", ...times }));
  return issueOriginCertificate({ hostname: SHOP, signer, ...times });
}

it("a key that comes a moment after its certificate is not told of as a mismatch", async () => {
  const { verifier, events, tries } = await following();
  const next = await nextOriginCertificate();
  // The key of another one comes first: two mismatches, and then the two that fit.
  await files.write(`${SHOP}.key`, files.pki.origin.get(BLOG)?.key ?? "");
  await expect.poll(() => tries).toEqual([false]);
  await files.write(`${SHOP}.pem`, next.certificate);
  await expect.poll(() => tries).toEqual([false, false]);
  await files.write(`${SHOP}.key`, next.key);
  await expect.poll(() => tries).toEqual([false, false, true]);
  expect(events.map(({ event }) => event)).toEqual(["trust-swapped", "trust-swapped"]);
  expect(verifier.trust().origins.get(SHOP)?.certificate.fingerprint).toBe(next.fingerprint);
});

it("a mapping that is half-written for a moment is not told of", async () => {
  const { events, tries } = await following();
  const whole = await files.read("mapping.json");
  await files.write("mapping.json", whole.slice(0, 100));
  await expect.poll(() => tries).toEqual([false]);
  await files.write("mapping.json", `${whole}\n`);
  await expect.poll(() => tries).toEqual([false, true]);
  expect(events.map(({ event }) => event)).toEqual(["trust-swapped", "trust-swapped"]);
});
