import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { editMapping, type ListEdit } from "../../../cli/apply/edit-mapping.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { HostPattern } from "../../../shared/hostname.ts";

const TEXT = readFileSync(new URL("../../../mapping.json", import.meta.url), "utf8");
const SHOP = "shop.example.com" as HostPattern;
const OLD = /"(sha256:[0-9a-f]{64})"/.exec(TEXT)?.[1] as Fingerprint;
const NEW = `sha256:${"c".repeat(64)}` as Fingerprint;

function edited(text: string, kind: ListEdit["kind"], fingerprint: Fingerprint): string {
  const result = editMapping(text, { kind, hostnames: [SHOP], fingerprint });
  if (!result.ok) throw new Error(result.why);
  return result.text;
}

function listOf(text: string): readonly string[] {
  const { hosts } = JSON.parse(text.replace("\uFEFF", "")) as {
    hosts: Record<string, { accept: { certificates: readonly string[] } }>;
  };
  return hosts[SHOP]?.accept.certificates ?? [];
}

describe("refuses", () => {
  test("to leave a hostname with nothing that it accepts", () => {
    const edit = { kind: "remove-from-mapping", hostnames: [SHOP], fingerprint: OLD } as const;
    expect(editMapping(TEXT, edit).ok).toBe(false);
  });

  test("a mapping that does not parse", () => {
    const edit = { kind: "add-to-mapping", hostnames: [SHOP], fingerprint: NEW } as const;
    expect(editMapping(TEXT.replace('"version": 1', '"version": 2'), edit).ok).toBe(false);
  });

  test("an edit that makes two entries of one origin differ", () => {
    const blog = "https://origin-blog.example.net";
    const one = TEXT.replace(blog, "https://origin-shop.example.net").replaceAll(
      /sha256:[0-9a-f]{64}/g,
      OLD,
    );
    const edit = { kind: "add-to-mapping", hostnames: [SHOP], fingerprint: NEW } as const;
    expect(editMapping(one, edit).ok).toBe(false);
    const both = [SHOP, "blog.example.com" as HostPattern];
    expect(editMapping(one, { ...edit, hostnames: both }).ok).toBe(true);
  });
});

describe("a rotation's three edits", () => {
  const writings: readonly (readonly [string, string])[] = [
    ["as it is", TEXT],
    ["with tabs and CRLF", JSON.stringify(JSON.parse(TEXT), null, "\t").replaceAll("\n", "\r\n")],
    ["with four blanks", JSON.stringify(JSON.parse(TEXT), null, 4)],
    ["with a byte order mark", `\uFEFF${TEXT}`],
    ["with lines that are hardly JSON's", TEXT.replace('"accept": {', '"accept"  :\n\n  {  ')],
  ];

  test.each(writings)("end where they began, with the other certificate: %s", (_what, text) => {
    const added = edited(text, "add-to-mapping", NEW);
    expect(listOf(added)).toEqual([OLD, NEW]);
    const first = edited(added, "present-in-mapping", NEW);
    expect(listOf(first)).toEqual([NEW, OLD]);
    const removed = edited(first, "remove-from-mapping", OLD);
    expect(removed).toBe(text.replace(OLD, NEW));
  });

  test("change nothing where they were made already", () => {
    const added = edited(TEXT, "add-to-mapping", NEW);
    expect(edited(added, "add-to-mapping", NEW)).toBe(added);
    expect(edited(TEXT, "present-in-mapping", OLD)).toBe(TEXT);
  });

  test("list second what is added to a list of two", () => {
    const other = `sha256:${"d".repeat(64)}` as Fingerprint;
    const two = edited(TEXT, "add-to-mapping", NEW);
    expect(listOf(edited(two, "add-to-mapping", other))).toEqual([OLD, other, NEW]);
  });

  test("touch no other hostname", () => {
    const { hosts: before } = JSON.parse(TEXT) as { hosts: Record<string, unknown> };
    const after = JSON.parse(edited(TEXT, "add-to-mapping", NEW)) as object;
    expect(after).toHaveProperty(["hosts", "blog.example.com"], before["blog.example.com"]);
  });
});
