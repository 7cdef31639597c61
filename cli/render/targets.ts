import { ALB } from "./alb/alb.ts";
import { APACHE } from "./apache/apache.ts";
import { CADDY } from "./caddy/caddy.ts";
import { ENVOY } from "./envoy/envoy.ts";
import { GATEWAY_API } from "./gateway-api/gateway-api.ts";
import { HAPROXY } from "./haproxy/haproxy.ts";
import { NGINX } from "./nginx/nginx.ts";
import { STUNNEL } from "./stunnel/stunnel.ts";
import { TRAEFIK } from "./traefik/traefik.ts";
import type { Target } from "./rendering.ts";

/** Every server that a configuration can be rendered for. */
export const TARGETS: readonly Target[] = [
  NGINX,
  HAPROXY,
  CADDY,
  APACHE,
  STUNNEL,
  ENVOY,
  TRAEFIK,
  GATEWAY_API,
  ALB,
];
