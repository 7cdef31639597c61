import { Refused } from "./answer.ts";
import { factsOf, readKeyOf, readLeaf } from "./read-upload.ts";
import { jsonBody, param, textOf, type ApiRequest } from "./request.ts";
import { uuid, type AopCertificate } from "./state.ts";
import { stampOf, startTowards, statusOf, type World } from "./world.ts";

type Store = Map<string, AopCertificate>;

/**
 * Takes a certificate into one of a zone's stores. All of it reported by third parties: the same certificate is refused
 * while it is there (1406) and while it is being deleted (1414); once it is deleted, uploading it again resurrects its id.
 */
export function uploadTo(store: Store, request: ApiRequest, world: World, most = Infinity) {
  const body = jsonBody(request);
  const leaf = readLeaf(textOf(body, "certificate"));
  readKeyOf(leaf, textOf(body, "private_key"));
  const facts = factsOf(leaf);
  const same = [...store.values()].find(({ fingerprint }) => fingerprint === facts.fingerprint);
  if (same !== undefined) refuseUnlessDeleted(same, world);
  const standing = [...store.values()].filter((one) => statusOf(one, world) !== "deleted");
  // Documented: ten hostname certificates a zone. The number of the refusal nobody has told.
  if (standing.length >= most) throw new Refused(400, 1000, `At most ${most} certificates a zone`);
  const lifecycle = startTowards("active", world);
  const uploadedOn = stampOf(world);
  const certificate = { ...facts, id: same?.id ?? uuid(), lifecycle, uploadedOn };
  store.set(certificate.id, certificate);
  return { result: told(certificate, world) };
}

function refuseUnlessDeleted(same: AopCertificate, world: World): void {
  const status = statusOf(same, world);
  if (status === "deleted") return;
  if (status === "pending_deletion" || status === "deletion_timed_out") throw pendingDeletion();
  throw new Refused(409, 1406, "The same certificate already exists");
}

/** Refuses what cannot be deleted now: 1434 while it is being deployed, 1414 while it is being deleted. */
export function startDeleting(certificate: AopCertificate, world: World) {
  const status = statusOf(certificate, world);
  if (status === "initializing" || status === "pending_deployment") {
    throw new Refused(400, 1434, "The certificate is pending deployment");
  }
  if (status === "pending_deletion") throw pendingDeletion();
  if (status === "deleted") throw new Refused(404, 1551, "The certificate was not found");
  certificate.lifecycle = startTowards("deleted", world);
  return { result: told(certificate, world) };
}

export function pendingDeletion(): Refused {
  return new Refused(400, 1414, "The certificate is pending deletion");
}

/** One by its id; what is deleted stays readable (reported by third parties). */
export function findIn(store: Store, request: ApiRequest): AopCertificate {
  const certificate = store.get(param(request, "id"));
  if (certificate === undefined) throw new Refused(404, 1551, "The certificate was not found");
  return certificate;
}

/** Never the key (seen: the SDK's type has a place for it, and nothing stands there). */
export function told(one: AopCertificate, world: World) {
  return {
    id: one.id,
    status: statusOf(one, world),
    certificate: one.pem,
    issuer: one.issuer,
    serial_number: one.serialNumber,
    signature: one.signature,
    expires_on: one.expiresOn,
    uploaded_on: one.uploadedOn,
  };
}
