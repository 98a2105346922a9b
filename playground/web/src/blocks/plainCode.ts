const CODE = /```[\s\S]*?```|`[^`\n]+`/g;

/** Blocks whose code has a plain `&`, as Slack shows it; the renderer leaves it as it is written: `&amp;`. */
export function withPlainCode<T>(blocks: T): T {
  return JSON.parse(JSON.stringify(blocks), (_key, value: unknown) =>
    typeof value === "string" ? value.replace(CODE, (code) => code.replaceAll("&amp;", "&")) : value,
  ) as T;
}
