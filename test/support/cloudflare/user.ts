import type { Route } from "./world.ts";

/** Who the token is: what wrangler asks where no account is named, and to explain a refusal (seen). */
export const user: readonly Route[] = [
  {
    method: "GET",
    path: "/user",
    needs: null,
    handle: () => ({ result: { id: "0".repeat(32), email: "operator@example.com" } }),
  },
  {
    method: "GET",
    path: "/user/tokens/verify",
    needs: null,
    handle: () => ({ result: { id: "0".repeat(32), status: "active" } }),
  },
  {
    method: "GET",
    path: "/accounts",
    needs: null,
    handle: (_, { state }) => ({ result: [{ id: state.accountId, name: "Fake account" }] }),
  },
  {
    method: "GET",
    path: "/memberships",
    needs: null,
    handle: (_, { state }) => ({
      result: [{ id: "0".repeat(32), account: { id: state.accountId, name: "Fake account" } }],
    }),
  },
];
