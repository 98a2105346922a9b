import { useCallback, useEffect, useState } from "react";

/** Who looks at the page, and where: all of it is in the page's address, so that a reload keeps it. */
export interface Viewpoint {
  as: string;
  in: string;
  thread: string;
}

const AT_FIRST: Viewpoint = { as: "english", in: "support", thread: "" };

export function viewpointOf(search: string): Viewpoint {
  const query = new URLSearchParams(search);
  return {
    as: query.get("as") ?? AT_FIRST.as,
    in: query.get("in") ?? AT_FIRST.in,
    thread: query.get("thread") ?? AT_FIRST.thread,
  };
}

export function queryOf({ as, in: place, thread }: Viewpoint): string {
  const query = new URLSearchParams({ as, in: place });
  if (thread) query.set("thread", thread);
  return `?${query.toString()}`;
}

/** The viewpoint of the address, and the way to another: what is not named stays. */
export function useViewpoint(): [Viewpoint, (change: Partial<Viewpoint>) => void] {
  const [viewpoint, setViewpoint] = useState(() => viewpointOf(location.search));

  useEffect(() => {
    const follow = () => setViewpoint(viewpointOf(location.search));
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  const go = useCallback((change: Partial<Viewpoint>) => {
    const next = { ...viewpointOf(location.search), ...change };
    history.pushState(null, "", queryOf(next));
    setViewpoint(next);
  }, []);

  return [viewpoint, go];
}
