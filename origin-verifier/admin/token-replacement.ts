import type { AdminToken } from "./admin-token.ts";

/** How the admin listener hears of another token. */
export interface TokenReplacement {
  readonly replace: (token: AdminToken) => void;
  readonly onReplaced: (listener: (token: AdminToken) => void) => void;
}

/** Makes one. */
export function createTokenReplacement(): TokenReplacement {
  const listeners = new Set<(token: AdminToken) => void>();
  return {
    replace: (token) => {
      for (const listener of listeners) listener(token);
    },
    onReplaced: (listener) => void listeners.add(listener),
  };
}
