import { useEffect, useState } from "react";

import { keepEqual } from "./keepEqual";
import type { ViewState } from "./types";
import { queryOf, type Viewer } from "./viewer";

const TRY_AGAIN_AFTER = 1000;

export interface LiveState {
  view: ViewState | null;
  connected: boolean;
}

/** The view as it is now. Each event carries the whole of it, so a page that was away has caught up with the next. */
export function useLiveState(viewer: Viewer): LiveState {
  const [live, setLive] = useState<LiveState>({ view: null, connected: true });
  const address = `/api/live${queryOf(viewer)}`;

  useEffect(() => {
    const show = (next: ViewState) =>
      setLive(({ view }) => ({ view: keepEqual(view, next), connected: true }));
    return listen(address, show, () => setLive(({ view }) => ({ view, connected: false })));
  }, [address]);

  return live;
}

/** Follows the view until the answer is called; what the browser gives up is tried again. */
function listen(address: string, show: (view: ViewState) => void, lose: () => void): () => void {
  let source: EventSource;
  let timer: number | undefined;
  const open = () => {
    source = new EventSource(address);
    source.addEventListener("view-state", (event: MessageEvent<string>) =>
      show(JSON.parse(event.data) as ViewState),
    );
    source.addEventListener("error", () => {
      lose();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, TRY_AGAIN_AFTER);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
