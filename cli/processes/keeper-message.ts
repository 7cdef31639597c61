/** What a keeper tells its parent. */
export type KeeperMessage =
  | { readonly keeper: "spawned"; readonly pid: number }
  | { readonly keeper: "failed"; readonly message: string }
  /** What the command itself sent, unread. */
  | { readonly keeper: "message"; readonly message: unknown };

/** Reads a message that came over the channel; null for whatever a keeper does not send. */
export function parseKeeperMessage(raw: unknown): KeeperMessage | null {
  return typeof raw === "object" && raw !== null && "keeper" in raw ? (raw as KeeperMessage) : null;
}
