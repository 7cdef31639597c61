import { Refused, UNTOLD_CODE } from "./answer.ts";
import { pageOf } from "./pages.ts";
import { factsOf, readCertificates, readKeyOf, sameContent } from "./read-upload.ts";
import { flagOf, jsonBody, param, textOf, type ApiRequest } from "./request.ts";
import { uuid, type AccountCertificate } from "./state.ts";
import { namesInUse } from "./worker-bindings.ts";
import { stampOf, type Route, type World } from "./world.ts";

const PATH = "/accounts/:account/mtls_certificates";
const needs = "Account SSL and Certificates";

/** The account's mTLS store. What is in it never changes: there is no update (documented). */
export const accountCertificates: readonly Route[] = [
  { method: "GET", path: PATH, needs, handle: list },
  { method: "POST", path: PATH, needs, handle: upload },
  {
    method: "GET",
    path: `${PATH}/:id`,
    needs,
    handle: (request, world) => ({ result: told(find(request, world)) }),
  },
  { method: "DELETE", path: `${PATH}/:id`, needs, handle: remove },
  { method: "GET", path: `${PATH}/:id/associations`, needs, handle: listAssociations },
];

/** Documented: a filter by kind. Seen in wrangler: one by name, and names are not unique. */
function list({ query }: ApiRequest, { state }: World) {
  const ca = flagOf(query, "ca");
  const name = query.get("name");
  const found = [...state.accountCertificates.values()]
    .filter((one) => ca === null || one.ca === ca)
    .filter((one) => name === null || one.name === name);
  return pageOf(found.map(told), query, { empty: null });
}

function upload(request: ApiRequest, world: World) {
  const body = jsonBody(request);
  const pem = textOf(body, "certificates");
  const ca = body["ca"] === true;
  // Leaf first, then its intermediates (documented).
  const [leaf, ...intermediates] = readCertificates(pem);
  if (leaf.ca !== ca) {
    throw new Refused(400, UNTOLD_CODE, ca ? "Not a CA certificate" : "Not a leaf certificate");
  }
  // Without its key no Worker could present it.
  const privateKey = ca ? "" : textOf(body, "private_key");
  if (!ca) readKeyOf(leaf, privateKey);
  refuseSameContent(pem, world);
  const certificate: AccountCertificate = {
    ...factsOf(leaf, [leaf, ...intermediates]),
    id: uuid(),
    name: typeof body["name"] === "string" ? body["name"] : null,
    ca,
    privateKey,
    uploadedOn: stampOf(world),
  };
  world.state.accountCertificates.set(certificate.id, certificate);
  return { result: told(certificate) };
}

/** The same content is refused in the whole account, under any name (reported by third parties). */
function refuseSameContent(pem: string, { state }: World): void {
  const content = sameContent(pem).join();
  for (const one of state.accountCertificates.values()) {
    if (sameContent(one.pem).join() === content) {
      throw new Refused(400, 1471, "This certificate has already been uploaded to the account");
    }
  }
}

/** Refused while in use (documented; its number nobody has told). */
function remove(request: ApiRequest, world: World) {
  const certificate = find(request, world);
  if (namesInUse(certificate.id, world.state).length > 0) {
    throw new Refused(409, UNTOLD_CODE, "The certificate is in use by one or more services");
  }
  world.state.accountCertificates.delete(certificate.id);
  return { result: told(certificate) };
}

/** Which services use it (documented; what stands in `service` for a Worker nobody has told). */
function listAssociations(request: ApiRequest, world: World) {
  const services = namesInUse(find(request, world).id, world.state).map((name) => ({
    service: `workers:${name}`,
    status: "active",
  }));
  return { result: services.length === 0 ? null : services };
}

function find(request: ApiRequest, { state }: World): AccountCertificate {
  const certificate = state.accountCertificates.get(param(request, "id"));
  if (certificate === undefined) throw new Refused(404, UNTOLD_CODE, "Certificate not found");
  return certificate;
}

/** Never the key (documented). */
function told(one: AccountCertificate) {
  return {
    id: one.id,
    ...(one.name === null ? {} : { name: one.name }),
    ca: one.ca,
    certificates: one.pem,
    issuer: one.issuer,
    serial_number: one.serialNumber,
    signature: one.signature,
    expires_on: one.expiresOn,
    uploaded_on: one.uploadedOn,
    type: "custom",
  };
}
