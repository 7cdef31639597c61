import { readdirSync, readFileSync } from "node:fs";
import { codeOf } from "../manners/failure.ts";

/**
 * Whether a process group still has a living member. Dead ones that nobody has collected do not count: in a container
 * whose first process collects nothing, kill(2) would report them for ever.
 *
 * @param group the process id of its leader, positive.
 */
export function groupIsAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (thrown) {
    // EPERM: there is one, which has become somebody else's.
    return codeOf(thrown) === "EPERM";
  }
  // Twice: a member that was born while the first list was read, of a parent that died meanwhile, is in the second.
  return hasLivingMember(group) || hasLivingMember(group);
}

function hasLivingMember(group: number): boolean {
  const states = statesFromProc(group);
  return states === null || states.some((state) => state !== "Z" && state !== "X");
}

/** Sends a signal to every member of a process group; a group that is gone already is fine. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (thrown) {
    if (codeOf(thrown) !== "ESRCH") throw thrown;
  }
}

/** The states of a group's members as proc(5) writes them; null where there is no /proc to ask (macOS). */
function statesFromProc(group: number): readonly string[] | null {
  let ids: string[];
  try {
    ids = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return null;
  }
  return ids.flatMap((id) => {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${id}/stat`, "latin1");
    } catch {
      return []; // gone in the meantime
    }
    // "pid (any name, even with parentheses) state ppid pgrp ..."
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(pgrp) === group && state !== undefined ? [state] : [];
  });
}
