import { CERTIFICATE_CHECKS } from "./certificates.ts";
import type { Check } from "./check.ts";
import { HANDSHAKE_CHECKS } from "./handshake.ts";
import { HEADER_CHECKS } from "./headers.ts";
import { HOSTNAME_CHECKS } from "./hostnames.ts";
import { LIVE_CHECKS } from "./live.ts";
import { OTHER_CHECKS } from "./others.ts";
import { REPORT_CHECKS } from "./report.ts";
import { REQUEST_CHECKS } from "./requests.ts";
import { WEB_SOCKET_CHECKS } from "./web-sockets.ts";

/** Every promise that is tried, in the order in which they are. */
export const CHECKS: readonly Check[] = [
  ...HANDSHAKE_CHECKS,
  ...CERTIFICATE_CHECKS,
  ...REQUEST_CHECKS,
  ...HEADER_CHECKS,
  ...HOSTNAME_CHECKS,
  ...LIVE_CHECKS,
  ...REPORT_CHECKS,
  ...WEB_SOCKET_CHECKS,
  ...OTHER_CHECKS,
];
