import { Refused, UNTOLD_CODE } from "./answer.ts";
import { pageOf } from "./pages.ts";
import { jsonBody, param, textOf, type ApiRequest } from "./request.ts";
import { hexId, type AlertPolicy } from "./state.ts";
import type { Route, World } from "./world.ts";

const PATH = "/accounts/:account/alerting/v3/policies";
const needs = "Account Notifications";

/** The notifications of an account (documented, version 3). */
export const alertPolicies: readonly Route[] = [
  { method: "GET", path: PATH, needs, handle: list },
  { method: "POST", path: PATH, needs, handle: create },
  {
    method: "GET",
    path: `${PATH}/:id`,
    needs,
    handle: (request, world) => ({ result: find(request, world) }),
  },
  { method: "PUT", path: `${PATH}/:id`, needs, handle: update },
  { method: "DELETE", path: `${PATH}/:id`, needs, handle: remove },
];

/** The kinds that concern this product (documented); an account has many more. */
const KINDS = [
  "hostname_aop_custom_certificate_expiration_type",
  "zone_aop_custom_certificate_expiration_type",
  "mtls_certificate_store_certificate_expiration_type",
  "universal_ssl_event_type",
];

function list({ query }: ApiRequest, { state }: World) {
  return pageOf([...state.policies.values()], query);
}

/** Names are not unique: the same notification twice is two of them, and two mails (documented: nothing forbids it). */
function create(request: ApiRequest, { state }: World) {
  const body = jsonBody(request);
  const name = textOf(body, "name");
  const alert_type = textOf(body, "alert_type");
  if (!KINDS.includes(alert_type)) throw new Refused(400, UNTOLD_CODE, "unknown alert_type");
  if (typeof body["enabled"] !== "boolean")
    throw new Refused(400, UNTOLD_CODE, "enabled is required");
  const mechanisms = body["mechanisms"] as AlertPolicy["mechanisms"] | undefined;
  if (mechanisms === undefined || Object.values(mechanisms).flat().length === 0) {
    throw new Refused(400, UNTOLD_CODE, "mechanisms: at least one is required");
  }
  const id = hexId();
  state.policies.set(id, { ...body, id, name, alert_type, enabled: body["enabled"], mechanisms });
  return { result: { id } };
}

function update(request: ApiRequest, world: World) {
  const policy = find(request, world);
  world.state.policies.set(policy.id, { ...policy, ...jsonBody(request), id: policy.id });
  return { result: { id: policy.id } };
}

function remove(request: ApiRequest, world: World) {
  world.state.policies.delete(find(request, world).id);
  return { result: null };
}

function find(request: ApiRequest, { state }: World): AlertPolicy {
  const policy = state.policies.get(param(request, "id"));
  if (policy === undefined) throw new Refused(404, UNTOLD_CODE, "policy not found");
  return policy;
}
