import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { BindingName } from "../../shared/mapping.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { failure } from "../manners/failure.ts";
import type { Action } from "../plan/change.ts";
import type { Situation } from "../plan/situation.ts";
import { readWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { setCertificateIds } from "../wrangler/set-certificate-ids.ts";
import type { Deletion } from "./cloudflare-writer.ts";
import { editMapping, type ListEdit } from "./edit-mapping.ts";
import type { Hands } from "./hands.ts";
import { issueNext } from "./issue-next.ts";
import { readUploadText } from "./upload-text.ts";
import { vetDeployment } from "./vet-deployment.ts";

/** How an action went: what Cloudflare still holds on to is left, and said; which certificate was issued is told. */
export type Performed = "done" | { readonly left: string } | { readonly issued: Fingerprint };

/**
 * Does one action, which changes one thing in one call: an interruption leaves it done or not done, and the next look tells.
 *
 * @param text the mapping's text that the action was planned from: where it has changed since, nothing is edited.
 * @throws {Failure} with the next command; what was done before stays done.
 */
export async function perform(
  hands: Hands,
  { mapping, observed }: Situation,
  text: string,
  action: Action,
): Promise<Performed> {
  const { writer } = hands;
  switch (action.kind) {
    case "issue-certificate":
      return { issued: await issueNext(hands, mapping, action.hostname, action.issuer) };
    case "add-to-mapping":
    case "present-in-mapping":
    case "remove-from-mapping":
      editMappingFile(hands, text, action);
      return "done";
    case "upload-account-certificate": {
      const files = readUploadText(observed, action.fingerprint, "store");
      await writer.uploadAccountCertificate(action.name, files);
      return "done";
    }
    case "set-binding":
      setBinding(hands, action);
      return "done";
    case "deploy-worker":
      vetDeployment(mapping, hands.mappingFile, hands.configurationFile, action.environment);
      await hands.deploy(action.environment);
      return "done";
    case "delete-account-certificate":
      return toPerformed(await writer.deleteAccountCertificate(action.id));
    case "upload-hostname-certificate": {
      const files = readUploadText(observed, action.fingerprint, "hostname");
      await writer.uploadHostnameCertificate(action.zone, files);
      return "done";
    }
    case "associate-hostname":
      if (action.certificateId === null) throw unready(action.kind);
      await writer.associate(action.zone, action.hostname, action.certificateId, true);
      return "done";
    case "remove-association":
      await writer.associate(action.zone, action.hostname, action.certificateId, null);
      return "done";
    case "delete-hostname-certificate":
      return toPerformed(await writer.deleteHostnameCertificate(action.zone, action.id));
    case "upload-zone-certificate": {
      const files = readUploadText(observed, action.fingerprint, "zone");
      await writer.uploadZoneCertificate(action.zone, files);
      return "done";
    }
    case "delete-zone-certificate":
      return toPerformed(await writer.deleteZoneCertificate(action.zone, action.id));
    case "enable-zone":
      await writer.setZoneEnabled(action.zone, true);
      return "done";
    case "enable-shared":
      await writer.setTlsClientAuth(action.zone, true);
      return "done";
    default:
      return action satisfies never;
  }
}

function editMappingFile({ mappingFile }: Hands, text: string, edit: ListEdit): void {
  const edited = editMapping(text, edit);
  if (!edited.ok) {
    throw failure({
      file: mappingFile,
      message: `is not edited: ${edited.why}; nothing was written`,
      next: `edit accept.certificates of ${edit.hostnames.join(", ")} by hand, then run this again`,
    });
  }
  writeFiles([{ path: mappingFile, text: edited.text, mode: 0o644, replaces: text }], "refuse");
}

function setBinding(
  { configurationFile }: Hands,
  { environment, binding, from, to }: Extract<Action, { readonly kind: "set-binding" }>,
): void {
  if (to === null) throw unready("set-binding");
  const read = readWranglerConfiguration(configurationFile);
  const part = read.ok
    ? read.value.environments.find(({ name }) => name === environment)
    : undefined;
  const now = part?.certificates.find((one) => one.binding === binding)?.certificateId;
  // Somebody else has set it meanwhile: the next look tells what there is to do.
  if (now !== from) return;
  const ids = new Map<BindingName, MtlsCertificateId>([[binding, to]]);
  setCertificateIds(configurationFile, ids, [environment]);
}

function toPerformed(deletion: Deletion): Performed {
  return deletion === "deleted" ? "done" : { left: deletion.inUse };
}

function unready(kind: string): Error {
  return new Error(`${kind} was planned for later, and done now`);
}
