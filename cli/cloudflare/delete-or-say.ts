import type { Deletion } from "../apply/cloudflare-writer.ts";
import { troubleOf } from "./trouble.ts";

/** Deletes from one of a zone's stores; quietly where it is already gone or going (1551, 1552, 1414). */
export async function deleteOrSay(remove: () => Promise<unknown>): Promise<Deletion> {
  try {
    await remove();
    return "deleted";
  } catch (thrown) {
    const trouble = troubleOf(thrown);
    if (trouble?.kind === "not there" || trouble?.kind === "pending deletion") return "deleted";
    if (trouble?.kind === "in use") return { inUse: trouble.said };
    throw thrown;
  }
}
