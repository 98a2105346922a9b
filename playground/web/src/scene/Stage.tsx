import { createContext, use } from "react";

import type { Deed, Deeds } from "./deeds";
import type { Scene } from "./types";
import type { Viewpoint } from "./viewpoint";

/** What every part of the page may use: what is to be seen, and how to act and to move. */
export interface Stage {
  scene: Scene;
  /** Answers once the server has taken the deed; what it refuses is shown, and answered as false. */
  act: <D extends Deed>(deed: D, body: Deeds[D]) => Promise<boolean>;
  go: (change: Partial<Viewpoint>) => void;
}

export const StageContext = createContext<Stage | null>(null);

export function useStage(): Stage {
  const stage = use(StageContext);
  if (!stage) throw new Error("used outside of the stage");
  return stage;
}
