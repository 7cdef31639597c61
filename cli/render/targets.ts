import { APACHE } from "./apache/apache.ts";
import { CADDY } from "./caddy/caddy.ts";
import { HAPROXY } from "./haproxy/haproxy.ts";
import { NGINX } from "./nginx/nginx.ts";
import { STUNNEL } from "./stunnel/stunnel.ts";
import type { Target } from "./rendering.ts";

/** Every server that a configuration can be rendered for. */
export const TARGETS: readonly Target[] = [NGINX, HAPROXY, CADDY, APACHE, STUNNEL];
