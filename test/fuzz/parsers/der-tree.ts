/** A DER value taken apart, so that it can be damaged without becoming mere noise. */
export interface DerNode {
  tag: number;
  /** What is within a constructed value; null for a primitive one. */
  children: DerNode[] | null;
  content: Buffer;
}

/** Takes whole, well-formed DER apart. */
export function toTree(der: Buffer): DerNode {
  const { start, end } = bounds(der);
  const content = der.subarray(start, end);
  const tag = der[0] ?? 0;
  if ((tag & 0x20) === 0) return { tag, children: null, content };
  const children: DerNode[] = [];
  for (let at = 0; at < content.length; at += bounds(content.subarray(at)).end) {
    children.push(toTree(content.subarray(at)));
  }
  return { tag, children, content };
}

/** Writes a tree again, with lengths that are right. */
export function toDer({ tag, children, content }: DerNode): Buffer {
  const body = children === null ? content : Buffer.concat(children.map(toDer));
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

/** A node and all within it. */
export function allOf(node: DerNode): readonly DerNode[] {
  return [node, ...(node.children ?? []).flatMap(allOf)];
}

function bounds(der: Buffer): { readonly start: number; readonly end: number } {
  const first = der[1] ?? 0;
  if (first < 0x80) return { start: 2, end: 2 + first };
  const start = 2 + (first & 0x7f);
  return { start, end: start + Number(`0x${der.subarray(2, start).toString("hex")}`) };
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}
