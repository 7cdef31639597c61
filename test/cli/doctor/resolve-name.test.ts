import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createResolveName } from "../../../cli/doctor/resolve-name.ts";
import { startNameServer, type NameServer } from "./support/name-server.ts";

let server: NameServer;
beforeAll(async () => {
  server = await startNameServer({
    "origin.example.net": { a: ["192.0.2.7", "192.0.2.8"] },
    "alias.example.net": { alias: "origin.example.net" },
    "tunnel.example.net": { alias: "6ff42ae2.cfargotunnel.com" },
    "6ff42ae2.cfargotunnel.com": {},
  });
});
afterAll(() => server.close());

describe("what a name leads to", () => {
  test("is nothing, with the resolver's reason, where there is no such name", async () => {
    const resolved = await createResolveName([server.address])("nowhere.example.net");
    expect(resolved).toEqual({ addresses: [], aliases: [], error: "ENOTFOUND" });
  });

  test("is all of its addresses", async () => {
    const { addresses, aliases } = await createResolveName([server.address])("origin.example.net");
    expect(addresses.toSorted()).toEqual(["192.0.2.7", "192.0.2.8"]);
    expect(aliases).toEqual([]);
  });

  test("is the alias too, and the addresses behind it", async () => {
    const resolved = await createResolveName([server.address])("alias.example.net");
    expect(resolved.aliases).toEqual(["origin.example.net"]);
    expect(resolved.addresses).toHaveLength(2);
  });

  test("is a tunnel, by its alias, where there are no addresses", async () => {
    const resolved = await createResolveName([server.address])("tunnel.example.net");
    expect(resolved).toMatchObject({ addresses: [], aliases: ["6ff42ae2.cfargotunnel.com"] });
  });
});
