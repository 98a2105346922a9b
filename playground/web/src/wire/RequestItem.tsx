import { memo } from "react";

import { exactTimeOf } from "../parts/time";
import type { LoggedRequest } from "../state/types";

/** One request: when, whence and whither, what about, how it was answered; what it held below. */
export const RequestItem = memo(function RequestItem({ entry }: { entry: LoggedRequest }) {
  const { at, direction, title, content, status, well, ms } = entry;
  return (
    <details className={`entry ${well ? "well" : "unwell"}`}>
      <summary>
        <time>{exactTimeOf(at)}</time>
        <span className="direction">{direction}</span>
        <code>{title}</code>
        <span className="status">{status ?? "…"}</span>
        <span className="ms">{ms === null ? "" : `${Math.round(ms)} ms`}</span>
      </summary>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre tabIndex={0} role="group" aria-label="Content">
        {content}
      </pre>
    </details>
  );
});
