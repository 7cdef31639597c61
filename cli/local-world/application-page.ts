import type { ApplicationAnswer } from "./application-answer.ts";

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 12vh auto; padding: 0 1.5rem; }
  h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; }
  .verdict { font-weight: 600; color: #1a7f37; }
  .verdict.none { color: #b42318; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin-top: 2rem; }
  dt { opacity: .65; }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
  footer { margin-top: 2.5rem; opacity: .65; font-size: .9rem; }
`;

/** The application's answer as a page, for people who look with a browser. */
export function applicationPage(said: ApplicationAnswer): string {
  const pulled = said.hostname !== null;
  const title = pulled ? said.hostname : "Nobody pulled this";
  const verdict = pulled
    ? "Pulled from the origin with this hostname's own certificate."
    : "You came straight to the application, past the verifier. In service nothing but the verifier can.";
  const facts = [
    ["certificate", said.fingerprint],
    ["verdict", said.verdict],
    ["request", `${said.method} ${said.path}`],
    ["origin hostname", said.host],
    ["visitor", said.forwarded.for],
  ].map(([name, value]) => `<dt>${escape(name ?? "")}</dt><dd>${escape(value ?? "none")}</dd>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title ?? "")}</title>
<style>${STYLE}</style>
<h1>${escape(title ?? "")}</h1>
<p class="verdict${pulled ? "" : " none"}">${verdict}</p>
<dl>${facts.join("")}</dl>
<footer>The demo application of pullproof's local world. <code>/echo</code> sends a body back,
<code>/bytes/1000000</code> sends so many bytes, <code>/ws</code> echoes a WebSocket.</footer>
</html>
`;
}

// A visitor chooses the path and the forwarded headers: none of it is markup.
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
