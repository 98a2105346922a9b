import { useEffect, useState } from "react";

/** A time in seconds that goes on from the given one, second by second. */
export function useTicking(given: number): number {
  const [ticked, setTicked] = useState({ given, now: given });

  useEffect(() => {
    const began = performance.now();
    const timer = setInterval(
      () => setTicked({ given, now: given + (performance.now() - began) / 1000 }),
      1000,
    );
    return () => clearInterval(timer);
  }, [given]);

  return ticked.given === given ? ticked.now : given;
}
