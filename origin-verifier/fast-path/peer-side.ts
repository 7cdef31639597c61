import type { Refusal } from "../judge/refusal.ts";
import type { ApplicationSocket } from "./application-socket.ts";

/** The peer's connection, as the pull that is being answered on it sees it. */
export interface PeerSide {
  /** Whether its body is not read, since the application does not. */
  readonly isHeld: () => boolean;
  /** Whether something waits behind the pull that is being answered. */
  readonly hasMore: () => boolean;
  /** Reads no more of a body until the application has taken what is there. */
  readonly hold: () => void;
  /** Goes on reading a body. */
  readonly letGo: () => void;
  /** @returns false where the peer has more before it than it takes at once. */
  readonly write: (bytes: Buffer | string) => boolean;
  /**
   * Writes pieces of an answer, of which some lie in the application's read buffer.
   *
   * @returns false where the peer has enough before it.
   */
  readonly writeAll: (
    pieces: readonly (Buffer | string)[],
    application: ApplicationSocket,
  ) => boolean;
  /** The pull is answered, and all of it has come; or its answer was the last of the connection. */
  readonly turnOver: () => void;
  /** Refuses the pull that is being answered; nothing more of this connection is one. */
  readonly refuse: (refused: Refusal, hostname: string, hasBegun: boolean) => void;
  /** Answers as to what Node's parser cannot read. */
  readonly unreadable: (error: Error & { readonly code: string }) => void;
  readonly destroy: () => void;
}
