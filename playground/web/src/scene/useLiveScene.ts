import { useEffect, useState } from "react";

import { keepEqual } from "./keepEqual";
import type { Scene } from "./types";
import { queryOf, type Viewpoint } from "./viewpoint";

const TRY_AGAIN_AFTER = 1000;

export interface LiveScene {
  scene: Scene | null;
  connected: boolean;
}

/** The scene as it is now. Each event carries the whole of it, so a page that was away has caught up with the next. */
export function useLiveScene(viewpoint: Viewpoint): LiveScene {
  const [live, setLive] = useState<LiveScene>({ scene: null, connected: true });
  const address = `/api/live${queryOf(viewpoint)}`;

  useEffect(() => {
    const show = (next: Scene) =>
      setLive(({ scene }) => ({ scene: keepEqual(scene, next), connected: true }));
    return listen(address, show, () => setLive(({ scene }) => ({ scene, connected: false })));
  }, [address]);

  return live;
}

/** Follows the scene until the answer is called; what the browser gives up is tried again. */
function listen(address: string, show: (scene: Scene) => void, lose: () => void): () => void {
  let source: EventSource;
  let timer: number | undefined;
  const open = () => {
    source = new EventSource(address);
    source.addEventListener("scene", (event: MessageEvent<string>) => show(JSON.parse(event.data) as Scene));
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
