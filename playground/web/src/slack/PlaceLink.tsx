import { useId, type MouseEvent, type ReactNode } from "react";

import { usePage } from "../state/PageContext";
import { queryOf, viewerOf } from "../state/viewer";

interface Props {
  slug: string;
  name: string;
  unread: number;
  isCurrent: boolean;
  children: ReactNode;
}

/** A link to a place of the workspace, which opens in this page, or in a tab of its own as any link does. */
export function PlaceLink({ slug, name, unread, isCurrent, children }: Props) {
  const { go } = usePage();
  const unreadId = useId();
  const there = { in: slug, thread: "" };

  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(there);
  };

  return (
    <div className={`place ${unread > 0 ? "unread" : ""}`}>
      <a
        href={queryOf({ ...viewerOf(location.search), ...there })}
        aria-current={isCurrent ? "page" : undefined}
        aria-describedby={unread > 0 ? unreadId : undefined}
        onClick={follow}
      >
        {children}
        {name}
      </a>
      {unread > 0 && (
        <span className="badge" id={unreadId}>
          {unread}
          <span className="hidden"> unread</span>
        </span>
      )}
    </div>
  );
}
