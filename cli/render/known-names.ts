import { identityNames } from "./identity-names.ts";
import { KEPT_IDENTITY } from "./patterns.ts";

/** Of each open family the members that servers are known to send. */
const MEMBERS = `
client-cert client-cert-chain x-client-cert true-client-ip cf-connecting-ipv6 cf-client-cert-der-base64
cf-client-cert-sha256 x-forwarded-port x-forwarded-server x-forwarded-user x-forwarded-email x-forwarded-groups
x-forwarded-client-cert x-forwarded-tls-client-cert x-forwarded-tls-client-cert-info x-forwarded-prefix x-ssl-cert
x-ssl-client-cert x-ssl-client-verify ssl-client-cert ssl-client-verify ssl-client-s-dn ssl-client-subject-dn
x-original-url x-original-host x-remote-user remote-user x-auth-request-user x-auth-request-email x-webauth-user
x-authentik-username tailscale-user-login x-consumer-username x-arr-clientcert x-amzn-mtls-clientcert
sm-user sm-userdn sm_user sm_userdn iv-user-l iv-remote-address-ipv6 oam-remote-user oam_remote_user oidc-claim-sub oidc-claim-email
oidc_claim_sub oidc_claim_email oidc_access_token shib-identity-provider shib-session-id x-pomerium-jwt-assertion
x-pomerium-claim-email x-pomerium-claim-groups x-vouch-user
x-pull-fingerprint x-pull-hostname x-pull-verdict proxy`;

/** For servers that take headers away by their whole name, and cannot tell that there are others. */
export function knownNames(): readonly string[] {
  const whole = identityNames().flatMap(({ text, open }) => (open ? [] : [text]));
  const all = [...whole, ...MEMBERS.trim().split(/\s+/)];
  return [...new Set(all)].filter((name) => !KEPT_IDENTITY.includes(name));
}
