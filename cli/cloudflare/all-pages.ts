import type { Connection } from "./connection.ts";
import type { CloudflareClient } from "./client.ts";
import type { Part } from "./endpoint.ts";
import { CloudflareError } from "./trouble.ts";

/** How a page is asked for. */
export interface PageQuery {
  readonly page: number;
  readonly per_page: number;
}

/** A page, and whether there are more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly pages: number;
}

const PAGE_SIZE = 50;
/** 5,000 items: past that something is wrong with the answers. */
const MOST_PAGES = 100;

type AskPage = (
  client: CloudflareClient,
  query: PageQuery,
) => { readonly asResponse: () => Promise<Response> };

/**
 * Every item of a list. The SDK takes several of these lists for a single page and leaves the rest out without a word, and
 * a certificate that was left out would be taken for one that is not there.
 */
export async function allPages<Item>(
  connection: Connection,
  part: Part,
  ask: AskPage,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let number = 1; number <= MOST_PAGES; number += 1) {
    const page = await onePage<Item>(connection, part, ask, number);
    items.push(...page.items);
    if (number >= page.pages) return items;
  }
  throw oddAnswer(part, `more than ${MOST_PAGES} pages`);
}

/** One page of a list. Lists without anything in them come as `result: null`, too. */
export async function onePage<Item>(
  connection: Connection,
  part: Part,
  ask: AskPage,
  number: number,
): Promise<Page<Item>> {
  const query = { page: number, per_page: PAGE_SIZE };
  const body = await connection.read(part, async (client) => {
    const response = await ask(client, query).asResponse();
    return (await response.json()) as {
      readonly result: unknown;
      readonly result_info?: { readonly page?: number; readonly total_pages?: number };
    };
  });
  const { result, result_info: info } = body;
  if (result !== null && !Array.isArray(result)) throw oddAnswer(part, "a list that is none");
  // Whoever does not speak of pages has one.
  const pages = info?.page === number ? (info.total_pages ?? 1) : 1;
  return { items: (result ?? []) as readonly Item[], pages };
}

/** An answer that nothing can be concluded from. */
export function oddAnswer(part: Part, what: string): CloudflareError {
  return new CloudflareError({ kind: "odd answer", what }, { part, access: "read" });
}
