import { useEffect } from "react";

/** Draws the eye to the element that has this name in `data-tour`, each time it appears. */
export function useHighlight(target: string | undefined): void {
  useEffect(() => {
    if (target) document.documentElement.dataset.tourLooksAt = target;
    return () => {
      delete document.documentElement.dataset.tourLooksAt;
    };
  }, [target]);
}
