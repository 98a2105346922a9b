import { useCallback, useEffect, useState } from "react";

/** Who looks at the page, and where: all of it is in the page's address, so that a reload keeps it. */
export interface Viewer {
  as: string;
  in: string;
  thread: string;
}

const AT_FIRST: Viewer = { as: "english", in: "support", thread: "" };

export function viewerOf(search: string): Viewer {
  const query = new URLSearchParams(search);
  return {
    as: query.get("as") ?? AT_FIRST.as,
    in: query.get("in") ?? AT_FIRST.in,
    thread: query.get("thread") ?? AT_FIRST.thread,
  };
}

export function queryOf({ as, in: place, thread }: Viewer): string {
  const query = new URLSearchParams({ as, in: place });
  if (thread) query.set("thread", thread);
  return `?${query.toString()}`;
}

/** The viewer of the address, and the way to another: what is not named stays. */
export function useViewer(): [Viewer, (change: Partial<Viewer>) => void] {
  const [viewer, setViewer] = useState(() => viewerOf(location.search));

  useEffect(() => {
    const follow = () => setViewer(viewerOf(location.search));
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  const go = useCallback((change: Partial<Viewer>) => {
    const next = { ...viewerOf(location.search), ...change };
    history.pushState(null, "", queryOf(next));
    setViewer(next);
  }, []);

  return [viewer, go];
}
