import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";

const NEAR_THE_END = 120;

interface Log {
  log: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
}

/** Keeps the end in sight when something is added or the room changes, unless one has gone up to read. */
export function useStayAtEnd(content: unknown): Log {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const measured = useRef({ content: 0, room: 0 });

  const goToEnd = () => {
    if (isAtEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  useLayoutEffect(goToEnd, [content]);
  useEffect(() => {
    if (!log.current) return;
    const observer = new ResizeObserver(goToEnd);
    observer.observe(log.current);
    for (const part of log.current.children) observer.observe(part);
    return () => observer.disconnect();
  }, [content]);

  const onScroll = () => {
    if (!log.current) return;
    const { scrollTop, scrollHeight: content, clientHeight: room } = log.current;
    const isNear = content - scrollTop - room < NEAR_THE_END;
    // Where content or room has changed, it was not somebody who went up.
    if (isNear || (content === measured.current.content && room === measured.current.room))
      isAtEnd.current = isNear;
    measured.current = { content, room };
  };
  return { log, onScroll };
}
