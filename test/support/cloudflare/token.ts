/** What a token may be allowed to do, in the words of Cloudflare's dashboard (documented). Write includes Read. */
export type Permission =
  | "Account SSL and Certificates"
  | "Account Workers Scripts"
  | "Account Notifications"
  | "Account Load Balancing"
  | "Zone"
  | "Zone SSL and Certificates"
  | "Zone Settings"
  | "Zone DNS"
  | "Zone Load Balancers"
  | "Zone Config Rules"
  | "Zone Origin Rules"
  | "Zone Page Rules"
  | "Account Access"
  | "Zone Workers Routes";

/** A permission and how far it goes. */
export type Grant = `${Permission} ${"Read" | "Write"}`;

/** A token: everything where no grants are named, and every zone where no zones are. */
export interface Token {
  readonly grants?: readonly Grant[];
  /** Names of the zones that it is for. */
  readonly zones?: readonly string[];
}
