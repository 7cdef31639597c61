import { describe, expect, it } from "vitest";
import { readAccess } from "../../../cli/cloudflare/access.ts";

const TOKEN = "a-token-with_40.characters~that+is/none==";
const GOOD = { CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef".repeat(2) };

describe("what the environment gives to reach Cloudflare", () => {
  it.each([
    ["no token", { CLOUDFLARE_API_TOKEN: undefined }, "CLOUDFLARE_API_TOKEN"],
    ["an empty token", { CLOUDFLARE_API_TOKEN: " " }, "CLOUDFLARE_API_TOKEN"],
    ["a token of two lines", { CLOUDFLARE_API_TOKEN: `${TOKEN}\r\nX-Auth-Key: 1` }, "API_TOKEN"],
    ["a quoted token", { CLOUDFLARE_API_TOKEN: `"${TOKEN}"` }, "CLOUDFLARE_API_TOKEN"],
    ["no account", { CLOUDFLARE_ACCOUNT_ID: undefined }, "CLOUDFLARE_ACCOUNT_ID"],
    ["an account's name", { CLOUDFLARE_ACCOUNT_ID: "our company" }, "CLOUDFLARE_ACCOUNT_ID"],
    ["a path in the account", { CLOUDFLARE_ACCOUNT_ID: "../user" }, "CLOUDFLARE_ACCOUNT_ID"],
  ])("refuses %s, and does not repeat the token", (_, change, named) => {
    const read = (): unknown => readAccess({ ...GOOD, ...change });
    expect(read).toThrow(named);
    expect(read).not.toThrow(TOKEN);
  });

  it.each([
    "http://api.example.com/client/v4",
    "http://127.0.0.1.example.com/client/v4",
    "http://user@127.0.0.1:1/client/v4",
    "https://user:password@api.cloudflare.com/client/v4",
    "https://api.cloudflare.com/client/v4?next=",
    "ftp://127.0.0.1/client/v4",
    "api.cloudflare.com",
  ])("refuses %s as the address of the API: the token and private keys go there", (url) => {
    const read = (): unknown => readAccess({ ...GOOD, CLOUDFLARE_API_BASE_URL: url });
    expect(read).toThrow("CLOUDFLARE_API_BASE_URL");
  });

  it.each([
    [undefined, "https://api.cloudflare.com/client/v4"],
    ["", "https://api.cloudflare.com/client/v4"],
    ["https://proxy.example.com/client/v4/", "https://proxy.example.com/client/v4"],
    ["http://127.0.0.1:8080/client/v4", "http://127.0.0.1:8080/client/v4"],
    ["http://[::1]:8080/client/v4", "http://[::1]:8080/client/v4"],
    ["http://localhost:8080/client/v4", "http://localhost:8080/client/v4"],
  ])("takes %s", (url, baseUrl) => {
    expect(readAccess({ ...GOOD, CLOUDFLARE_API_BASE_URL: url })).toEqual({
      token: TOKEN,
      accountId: GOOD.CLOUDFLARE_ACCOUNT_ID,
      baseUrl,
    });
  });
});
