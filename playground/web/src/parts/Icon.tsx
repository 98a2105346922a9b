const PATHS = {
  bolt: "M13 2 4 14h6l-1 8 9-12h-6z",
  close: "M6 6l12 12M18 6 6 18",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  hash: "M5 9h15M4 15h15M10 4 8 20M16 4l-2 16",
  home: "M3 11 12 4l9 7M6 9.5V20h12V9.5M10 20v-6h4v6",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  message: "M4 5h16v11H9l-5 4z",
  more: "M5 11v2M12 11v2M19 11v2",
  phone: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
  send: "M4 12 3 4l18 8-18 8 1-8zM4 12h9",
  theme: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  thread: "M4 5h16v10H10l-4 4v-4H4zM8 9h8M8 12h5",
  video: "M3 7h11v10H3zM14 11l7-4v10l-7-4z",
} as const;

/** A drawing beside words that say the same: hidden from screen readers. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
