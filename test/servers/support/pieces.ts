/*
 * What can be taken out of a rendered configuration: each line of shop's and of everybody's; of JSON each member.
 */

/** Blog's own are shop's again; headers of the list that passes are many of one kind. */
const OF_BLOG = /origin-blog|pullproof_1|blog\.example/;
const LIST = /^proxy_set_header [a-z0-9-]+ \$http_/;

/** Folders and ports are others each time. */
function lasting(line: string): string {
  return line
    .trim()
    .replaceAll(/\/pullproof-[a-z]+-[A-Za-z0-9]{6}\//g, "/FOLDER/")
    .replaceAll(/(127\.0\.0\.1):[0-9]+/g, "$1:PORT");
}

/** Each piece by a text that finds it again in another rendering. */
export function piecesOf(text: string): readonly string[] {
  if (text.startsWith("{")) return membersOf(JSON.parse(text), "");
  const lines = text.split("\n").map(lasting);
  const rules = lines.filter(
    (line) =>
      /^[^#;{}<]/.test(line) && !OF_BLOG.test(line) && !LIST.test(line) && !/[{[]$/.test(line),
  );
  return [...new Set(rules)];
}

/** The text without a piece, wherever it stands. */
export function without(text: string, piece: string): string {
  if (!text.startsWith("{"))
    return text
      .split("\n")
      .filter((line) => lasting(line) !== piece)
      .join("\n");
  const value: unknown = JSON.parse(text);
  const keys = piece.split("\n");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    value,
  );
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (typeof holder === "object" && holder !== null)
    delete (holder as Record<string, unknown>)[last];
  return JSON.stringify(value, null, 2);
}

/** Paths, their keys with line breaks between. */
function membersOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = path === "" ? key : `${path}\n${key}`;
    const text = JSON.stringify(child);
    if (text.includes("notes.invalid")) return [];
    if (!OF_BLOG.test(text)) return [place, ...membersOf(child, place)];
    return text.includes("origin-shop") ? membersOf(child, place) : [];
  });
}
