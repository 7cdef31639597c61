import type { Answer } from "./answer.ts";

const DEFAULT_SIZE = 20;
const MAX_SIZE = 50;

/**
 * One page of a list, by `page` and `per_page` (documented). A list without anything in it may come as `result: null`
 * instead of an empty one (reported by third parties): the fake's families of lists that were seen doing so say `null`.
 */
export function pageOf(
  items: readonly unknown[],
  query: URLSearchParams,
  { empty = [] }: { readonly empty?: readonly unknown[] | null } = {},
): Answer {
  const page = numberOf(query, "page", 1, Number.MAX_SAFE_INTEGER);
  const per_page = numberOf(query, "per_page", DEFAULT_SIZE, MAX_SIZE);
  const shown = items.slice((page - 1) * per_page, page * per_page);
  const info = {
    page,
    per_page,
    count: shown.length,
    total_count: items.length,
    total_pages: Math.ceil(items.length / per_page),
  };
  return { result: items.length === 0 ? empty : shown, info };
}

function numberOf(query: URLSearchParams, key: string, unsaid: number, most: number): number {
  const asked = Number(query.get(key) ?? unsaid);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, most) : unsaid;
}
