import { useCallback, useState } from "react";

/** A value that this browser remembers; without storage, as long as the page is open. */
export function usePersisted(name: string, otherwise: string): [string, (value: string) => void] {
  const key = `apizee-playground-${name}`;
  const [value, setValue] = useState(() => read(key) ?? write(key, otherwise));
  const keep = useCallback(
    (next: string) => {
      setValue(write(key, next));
    },
    [key],
  );
  return [value, keep];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): string {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage that is full or forbidden only means that the browser does not remember.
  }
  return value;
}
