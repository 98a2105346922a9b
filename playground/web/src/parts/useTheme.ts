import { useEffect, useSyncExternalStore } from "react";

import { usePersisted } from "./usePersisted";

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** The colours in use, as the system has them until somebody turns them round. */
export function useTheme(): ["light" | "dark", () => void] {
  const isSystemDark = useSyncExternalStore(followSystem, () => DARK.matches);
  const [chosen, choose] = usePersisted("theme", "system");
  const theme =
    chosen === "system" ? (isSystemDark ? "dark" : "light") : chosen === "dark" ? "dark" : "light";

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  return [theme, () => choose(theme === "dark" ? "light" : "dark")];
}

function followSystem(tell: () => void): () => void {
  DARK.addEventListener("change", tell);
  return () => DARK.removeEventListener("change", tell);
}
