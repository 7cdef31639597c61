import type { IncomingMessage } from "node:http";
import { isToken, type AdminToken } from "./admin-token.ts";
import { HTML, textAnswer, type Answer } from "./answer.ts";
import type { ConsoleSessions } from "./console-sessions.ts";
import { loginPage } from "./console/login-page.ts";

/** A form with a token is some hundred bytes. */
const BODY_AT_MOST = 4 * 1024;

/** The page that asks for the token. */
export function askForToken(wrong: boolean): Answer {
  return {
    status: wrong ? 403 : 401,
    type: HTML,
    body: loginPage(wrong),
    headers: {
      "WWW-Authenticate": 'Bearer realm="pullproof"',
      // With `no-referrer` a browser sends this form with `Origin: null`, as any other page's could be.
      "Referrer-Policy": "same-origin",
    },
  };
}

/** Answers the login form: to the console with a session, or the form again. */
export async function logIn(
  request: IncomingMessage,
  token: AdminToken,
  sessions: ConsoleSessions,
): Promise<Answer> {
  const { host, origin, "content-type": type = "" } = request.headers;
  // A page of somebody else's could log a browser in; SameSite does not keep it from that.
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return textAnswer(403, "the form of another page");
  if (!/^application\/x-www-form-urlencoded(?:;|$)/i.test(type))
    return textAnswer(415, "a form, application/x-www-form-urlencoded");
  const body = await readBody(request);
  if (body === null) return textAnswer(413, "too long", { Connection: "close" });
  const given = new URLSearchParams(body).get("token") ?? "";
  if (!isToken(given.trim(), token)) return askForToken(true);
  return {
    ...textAnswer(303, "logged in"),
    headers: { Location: "./", "Set-Cookie": sessions.begin() },
  };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  let body = "";
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      body += chunk.toString("latin1");
      if (body.length > BODY_AT_MOST) return null;
    }
  } catch {
    return null;
  }
  return body;
}
