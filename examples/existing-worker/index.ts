// A Worker with routes of its own, to which one line gives origin pulls:
//   npx wrangler dev -c wrangler.local.toml     with real local handshakes (pullproof dev brings an origin for them)
//   npx wrangler deploy
import { Hono } from "hono";
import { originPull } from "pullproof/worker/hono";
import mapping from "./mapping.json";

const app = new Hono<{ Bindings: Env }>();

// What the Worker answers itself stays its own, under every hostname.
app.get("/edge/time", (c) => c.json({ now: new Date().toISOString() }));

// Every hostname of the mapping is pulled from its origin, with its own certificate or not at all.
app.use(originPull(mapping));

// Hostnames without an entry come as far as here.
app.all("*", (c) => c.text("no such hostname\n", 404));

export default app;
