/** What each name of ours begins with; below, what servers are called in reports. */
export const OURS = "pullproof";
export const OURS_UNIX = "pullproof, Unix socket";
export const OURS_TCP = "pullproof, TCP";
/** What Node brings, with a required client certificate and without the verifier. */
export const BARE = "node:https alone";
export const NGINX_UNIX = "nginx, Unix socket";
export const PASS_ON = "Node that looks at nothing, Unix socket";
export const NGINX_TCP = "nginx, TCP";
/** With as much of what the verifier keeps as nginx can keep. */
export const RENDERED = "nginx as rendered, TCP";
export const HAPROXY = "HAProxy, TCP";
export const STUNNEL = "stunnel, TCP";
export const CADDY = "Caddy, TCP";
export const APACHE = "Apache, TCP";
