import { permissionFor } from "./endpoint.ts";
import type { CloudflareError, Trouble } from "./trouble.ts";

/** What went wrong and what to do about it, in words. */
export interface Words {
  readonly message: string;
  readonly next: string;
}

const TRY_AGAIN = "run the same command again: it goes on where it stopped";

/** The words for a failed call. */
export function wordsOf({ trouble, endpoint }: CloudflareError): Words {
  const { part } = endpoint;
  switch (trouble.kind) {
    case "same certificate":
      return {
        message: `Cloudflare's ${part} hold the same certificate already, and do not show it`,
        next: "pullproof issue a new one, and use that",
      };
    case "unreadable":
      return {
        message: `Cloudflare cannot read the certificate or its key (${trouble.said})`,
        next: "one PEM file for the certificate, another for the key, which must belong together: pullproof issue writes them so",
      };
    case "not a leaf":
      return {
        message:
          "Cloudflare takes leaf certificates alone: one certificate, X.509 v3, with CA:FALSE",
        next: "pullproof issue makes them so; a chain's intermediates belong into the issuer's file at the origin",
      };
    case "pending deletion":
      return {
        message: "Cloudflare is still deleting the same certificate",
        next: `wait some minutes, then ${TRY_AGAIN}`,
      };
    case "wrong id":
      return {
        message: `the certificate id is none of Cloudflare's ${part}: ids of the account, of a zone and of a hostname look alike and are three kinds`,
        next: "pullproof plan, which finds the right one by the certificate's fingerprint",
      };
    case "in use":
      return {
        message: `Cloudflare still uses the certificate${trouble.said === "" ? "" : ` (${trouble.said})`}`,
        next: "pullproof plan shows what names it; that comes first",
      };
    case "pending deployment":
      return {
        message: "Cloudflare is still deploying the certificate",
        next: `wait some minutes, then ${TRY_AGAIN}`,
      };
    case "not there":
      return {
        message: `Cloudflare's ${part} do not have it${trouble.said === "" ? "" : ` (${trouble.said})`}`,
        next: "pullproof plan, which looks again; is CLOUDFLARE_ACCOUNT_ID the right account?",
      };
    case "zone is busy":
      return {
        message:
          "another change of the same zone is in progress at Cloudflare, and did not end in time",
        next: TRY_AGAIN,
      };
    case "too many requests":
      return {
        message: "Cloudflare asks for fewer requests (429)",
        next: `wait five minutes, then ${TRY_AGAIN}`,
      };
    case "unavailable":
      return {
        message: `Cloudflare's API is not available (HTTP ${trouble.status})`,
        next: `look at www.cloudflarestatus.com; then ${TRY_AGAIN}`,
      };
    case "token refused":
      return {
        message: `Cloudflare does not take the token (${trouble.said})`,
        next: "is CLOUDFLARE_API_TOKEN whole, an API token and not a global key, and not expired? dash.cloudflare.com/profile/api-tokens",
      };
    case "not permitted":
      return {
        message: `Cloudflare does not let this token ${endpoint.access} its ${part} (${trouble.said})`,
        next: `does it have "${permissionFor(endpoint)}", for this account and zone, and has it not expired? dash.cloudflare.com/profile/api-tokens`,
      };
    case "unreachable":
      return { message: `Cloudflare's API does not answer (${trouble.why})`, next: TRY_AGAIN };
    case "odd answer":
      return {
        message: `Cloudflare's ${part} answered in a form that is not known: ${trouble.what}`,
        next: "nothing was concluded from it; is there a newer pullproof?",
      };
    case "refused":
      return {
        message: `Cloudflare's ${part} refused (HTTP ${trouble.status}, code ${trouble.code ?? "none"}: ${trouble.said})`,
        next: "developers.cloudflare.com/api says more of the code; pullproof plan shows what would be done",
      };
  }
}

/** Why a call is made again, for the line that people see meanwhile. */
export function pauseWords({ kind }: Trouble, ms: number): string {
  const why =
    kind === "zone is busy"
      ? "another change of the zone is in progress"
      : kind === "too many requests"
        ? "Cloudflare asks for fewer requests"
        : "Cloudflare does not answer";
  return `${why}; again in ${Math.max(1, Math.round(ms / 1000))} s`;
}
