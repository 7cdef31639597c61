import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePki } from "../conformance/support/pki.ts";
import { CHECKS } from "./checks/all.ts";
import { outcomeOf } from "./checks/check.ts";
import { beginStuckPeers } from "./checks/live.ts";
import { APACHE, CADDY, HAPROXY, NGINX, STUNNEL, type ServerKind } from "./support/binaries.ts";
import { piecesOf, without } from "./support/pieces.ts";
import { startRawWorld } from "./support/raw-world.ts";
import { readResults } from "./support/results.ts";
import { startServer } from "./support/server-world.ts";

/*
 * Takes one piece after another out of what is rendered for a server, and tells which of them nobody misses:
 *
 *   node test/servers/damage.ts nginx [PART/PARTS] [PATTERN]
 *
 * A piece is a line, or a member of Caddy's JSON; PATTERN chooses some of them. Prints a line for each: the promise that
 * found it missing, "does not start", or "NOBODY". Takes a minute for each of the last.
 */

/** Of these a piece of the configuration is no cause, or they take too long for a run of hundreds. */
const LEFT_OUT = new Set(["P8", "P9", "P10", "P11", "P15", "P19", "P63", "P80"]);
/** What waits or reloads is asked only about pieces that it may be of. */
const OF_TIME = /crl|revo|msec|date|now|until|verdict|report|verify|access|session/i;
const SLOW: Readonly<Record<string, RegExp>> = {
  P25: /timeout|keepalive|acceptfilter/i,
  ...Object.fromEntries(
    ["P17", "P20", "P21", "P22", "P23", "P70", "P71", "P72", "P73"].map((one) => [one, OF_TIME]),
  ),
};
const KINDS: readonly ServerKind[] = [NGINX, HAPROXY, CADDY, APACHE, STUNNEL];
const FILES: Readonly<Record<string, string>> = {
  nginx: "pullproof.conf",
  haproxy: "haproxy.cfg",
  caddy: "caddy.json",
  apache: "pullproof.conf",
  stunnel: "stunnel.conf",
};
/** What finds most comes first. */
const FIRST = "P12 P29 P40 P50 P41 P45 P46 P47 P52 P56 P64 P51 P53 P54 P7 P26 P1 P2 P16".split(" ");

function rank(promise: string): number {
  const at = FIRST.indexOf(promise);
  if (promise === "P25") return FIRST.length + 1;
  return at === -1 ? FIRST.length : at;
}

const ORDERED = CHECKS.filter(({ promise }) => !LEFT_OUT.has(promise)).toSorted(
  (a, b) => rank(a.promise) - rank(b.promise),
);

/** One for all: what names a certificate is found again. */
const pki = makePki();

async function whoMisses(kind: ServerKind, piece: string): Promise<string> {
  const recorded = readResults()[kind.name];
  const file = FILES[kind.name] ?? "";
  const damage = (folder: string): void => {
    const path = join(folder, file);
    writeFileSync(path, without(readFileSync(path, "utf8"), piece));
  };
  const started: { readonly close: () => Promise<void> }[] = [];
  try {
    const world = await startServer(kind, pki, { damage });
    started.push(world);
    started.push(await beginStuckPeers(world, { damage }));
    const raw = await startRawWorld(kind, pki, damage);
    started.push(raw);
    for (const { promise, ofHttp, run } of ORDERED) {
      if (ofHttp && !kind.readsHttp) continue;
      if (SLOW[promise]?.test(piece) === false) continue;
      const found = await run(world, raw);
      const before = new Set(recorded?.broken[promise]);
      const anew = found.broken.find((phrase) => !before.has(phrase));
      const more = found.wrong > (recorded?.wrong[promise] ?? 0);
      if (outcomeOf(found) !== recorded?.promises[promise] || anew !== undefined || more)
        return `${promise} (${anew ?? found.rows[0] ?? "kept"})`;
    }
    return "NOBODY";
  } catch (error) {
    return started.length === 0 ? "does not start" : `? ${String(error).slice(0, 60)}`;
  } finally {
    await Promise.all(started.map((one) => one.close()));
  }
}

async function piecesFor(kind: ServerKind): Promise<readonly string[]> {
  const world = await startServer(kind, pki);
  const text = readFileSync(join(world.folder, FILES[kind.name] ?? ""), "utf8");
  await world.close();
  return piecesOf(text);
}

const [name, part = "1/1", text = ""] = process.argv.slice(2);
const kind = KINDS.find((one) => one.name === name);
if (kind === undefined) throw new Error(`which server? ${Object.keys(FILES).join(", ")}`);
const [which = 1, parts = 1] = part.split("/").map(Number);
const pieces = (await piecesFor(kind)).filter((piece) => new RegExp(text).test(piece));
for (const [at, piece] of pieces.entries()) {
  if (at % parts !== which - 1) continue;
  console.log(`${await whoMisses(kind, piece)}\t${piece}`);
}
