import { useEffect, useState } from "react";

/** A time in seconds that goes on from where it was told to be, second by second. */
export function useTicking(told: number): number {
  const [ticked, setTicked] = useState({ told, now: told });

  useEffect(() => {
    const began = performance.now();
    const timer = setInterval(
      () => setTicked({ told, now: told + (performance.now() - began) / 1000 }),
      1000,
    );
    return () => clearInterval(timer);
  }, [told]);

  return ticked.told === told ? ticked.now : told;
}
