/**
 * Runs a compiled validator on a value and tells which fields it never looked at. Kubernetes' own schemas are open: a field
 * that is none of theirs is dropped in silence by the API server, and what it said is not in force.
 *
 * @returns paths like `/spec/tls/frontent`, the topmost only.
 */
export function unreadFields(
  value: unknown,
  validate: (watched: unknown) => void,
): readonly string[] {
  const read = new Set<string>();
  validate(watched(value, "", read));
  return unread(value, "", read);
}

function watched(value: unknown, path: string, read: Set<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const child: unknown = Reflect.get(target, key);
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return child;
      const place = `${path}/${key}`;
      read.add(place);
      return watched(child, place, read);
    },
  });
}

function unread(value: unknown, path: string, read: ReadonlySet<string>): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = `${path}/${key}`;
    return read.has(place) ? unread(child, place, read) : [place];
  });
}
