import type { UploadText } from "../apply/cloudflare-writer.ts";
import type { StoredText } from "../observe/cloudflare-reader.ts";
import { leafOf } from "./stored-certificate.ts";
import { troubleOf } from "./trouble.ts";

/**
 * Uploads to one of a zone's two stores; the id of the same certificate where it is there already (1406). One that was
 * deleted is resurrected under its old id, by Cloudflare.
 */
export async function uploadOrFind<Id>(
  { certificate }: UploadText,
  upload: () => Promise<Id>,
  list: () => Promise<readonly StoredText<Id>[]>,
): Promise<Id> {
  try {
    return await upload();
  } catch (thrown) {
    if (troubleOf(thrown)?.kind !== "same certificate") throw thrown;
    const wanted = leafOf(certificate);
    const all = await list();
    const same = all.find(({ text }) => wanted !== null && leafOf(text) === wanted);
    if (same === undefined) throw thrown;
    return same.id;
  }
}
