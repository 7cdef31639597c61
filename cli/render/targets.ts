import { HAPROXY } from "./haproxy/haproxy.ts";
import { NGINX } from "./nginx/nginx.ts";
import type { Target } from "./rendering.ts";

/** Every server that a configuration can be rendered for. */
export const TARGETS: readonly Target[] = [NGINX, HAPROXY];
