/**
 * Which part of the API a call goes to, and what it wants there. Cloudflare's error numbers mean something else in each part,
 * and its refusals do not name the permission that is missing: the part does.
 */
export interface Endpoint {
  readonly part: Part;
  readonly access: "read" | "write";
}

/** A part of the API. */
export type Part =
  | "account store"
  | "hostname certificates"
  | "hostname associations"
  | "zone certificates"
  | "zone settings"
  | "zones"
  | "DNS records"
  | "load balancers"
  | "pools"
  | "configuration rules"
  | "page rules"
  | "origin rules"
  | "Worker routes"
  | "custom hostnames"
  | "Access applications"
  | "Workers"
  | "notifications";

/** The permission that a token needs there, in the words of Cloudflare's dashboard. */
export function permissionFor({ part, access }: Endpoint): string {
  const degree = access === "read" ? "Read" : "Edit";
  switch (part) {
    case "account store":
      return `Account > SSL and Certificates: ${degree}`;
    case "hostname certificates":
    case "hostname associations":
    case "zone certificates":
      return `Zone > SSL and Certificates: ${degree}`;
    case "zone settings":
      return `Zone > Zone Settings: ${degree}`;
    case "zones":
      return "Zone > Zone: Read";
    case "DNS records":
      return `Zone > DNS: ${degree}`;
    case "load balancers":
      return `Zone > Load Balancers: ${degree}`;
    case "pools":
      return `Account > Load Balancing: Monitors and Pools: ${degree}`;
    case "configuration rules":
      return `Zone > Config Rules: ${degree}`;
    case "page rules":
      return `Zone > Page Rules: ${degree}`;
    case "origin rules":
      return `Zone > Origin Rules: ${degree}`;
    case "Worker routes":
      return `Zone > Workers Routes: ${degree}`;
    case "custom hostnames":
      return `Zone > SSL and Certificates: ${degree}`;
    case "Access applications":
      return `Account > Access: Apps and Policies: ${degree}`;
    case "Workers":
      return `Account > Workers Scripts: ${degree}`;
    case "notifications":
      return `Account > Notifications: ${degree}`;
  }
}

/** Whether a zone's origin pulls are changed there: Cloudflare takes one such change at a time, and answers 409 to others. */
export function isLocked({ part }: Endpoint): boolean {
  return (
    part === "hostname certificates" ||
    part === "hostname associations" ||
    part === "zone certificates"
  );
}
