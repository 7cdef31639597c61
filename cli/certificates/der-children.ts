/** One element of DER (X.690 8.1). */
export interface DerElement {
  /** Tag, length and content, as they stand. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

/**
 * The elements of the SEQUENCE that some DER is: for structures of which the exact bytes of a part are needed, because a
 * signature is over them. Throws for whatever is not exactly one SEQUENCE with definite lengths.
 */
export function childrenOf(der: Buffer): readonly DerElement[] {
  const outer = elementAt(der, 0);
  if (der[0] !== SEQUENCE || outer.whole.length !== der.length) throw new Error("no SEQUENCE");
  const children: DerElement[] = [];
  for (let at = 0; at < outer.content.length;) {
    const child = elementAt(outer.content, at);
    children.push(child);
    at += child.whole.length;
  }
  return children;
}

const SEQUENCE = 0x30;

function elementAt(der: Buffer, at: number): DerElement {
  const first = der.readUInt8(at + 1);
  // 0x80 is BER's indefinite length; more than four octets of it is no file that anybody has.
  const octets = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || octets > 4) throw new Error("no definite length");
  const length = octets === 0 ? first : der.readUIntBE(at + 2, octets);
  const start = at + 2 + octets;
  if (start + length > der.length) throw new Error("cut");
  return { whole: der.subarray(at, start + length), content: der.subarray(start, start + length) };
}
