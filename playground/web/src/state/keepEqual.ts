type Tree = Record<string, unknown>;

/** `next`, with each part of `before` in it that says the same: what has not changed is not drawn again. */
export function keepEqual<T>(before: unknown, next: T): T {
  if (Object.is(before, next) || !isTree(before) || !isTree(next)) return next;
  if (Array.isArray(before) !== Array.isArray(next)) return next;
  const kept: Tree = (Array.isArray(next) ? [] : {}) as Tree;
  const keys = Object.keys(next);
  for (const key of keys) kept[key] = keepEqual(before[key], next[key]);
  const isSame = keys.length === Object.keys(before).length && keys.every((key) => kept[key] === before[key]);
  return (isSame ? before : kept) as T;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}
