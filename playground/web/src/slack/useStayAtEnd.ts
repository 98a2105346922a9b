import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

const NEAR_THE_END = 120;

interface Log {
  log: RefObject<HTMLDivElement | null>;
  /** Whether something was added below, out of sight. */
  isBehind: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

/**
 * Keeps the end in sight when something is added or the room changes, unless one has gone up to read; whenever
 * `followed` changes, one wants to see the end again. `latest` names what stands last in `content`.
 */
export function useStayAtEnd(content: unknown, latest: string, followed: number): Log {
  const log = useRef<HTMLDivElement>(null);
  const measured = useRef({ content: 0, room: 0 });
  const [isAtEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState({ latest, followed });

  if (followed !== seen.followed || (isAtEnd && latest !== seen.latest)) {
    setSeen({ latest, followed });
    setAtEnd(true);
  }

  useLayoutEffect(() => {
    if (isAtEnd) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [content, isAtEnd, followed]);

  useEffect(() => {
    if (!log.current || !isAtEnd) return;
    const observer = new ResizeObserver(() => log.current?.scrollTo({ top: log.current.scrollHeight }));
    observer.observe(log.current);
    for (const part of log.current.children) observer.observe(part);
    return () => observer.disconnect();
  }, [content, isAtEnd]);

  const onScroll = () => {
    if (!log.current) return;
    const { scrollTop, scrollHeight: content, clientHeight: room } = log.current;
    const isNear = content - scrollTop - room < NEAR_THE_END;
    // Where content or room has changed, it was not somebody who went up.
    if (isNear || (content === measured.current.content && room === measured.current.room)) setAtEnd(isNear);
    measured.current = { content, room };
  };
  return { log, isBehind: !isAtEnd && latest !== seen.latest, onScroll, toEnd: () => setAtEnd(true) };
}
