import type { ReactNode } from "react";

/** The emoji of the bot's cards, drawn here because not every machine has a font that does. */
const DRAWN: Record<string, ReactNode> = {
  alarm_clock: (
    <>
      <path className="red" d="M4 5 8 2M20 5l-4-3M7 21l-2 2M17 21l2 2" />
      <circle className="red filled" cx="12" cy="13" r="9" />
      <circle className="white filled" cx="12" cy="13" r="6.5" />
      <path className="dark" d="M12 9v4l3 2" />
    </>
  ),
  calendar: (
    <>
      <rect className="red filled" x="3" y="3" width="18" height="18" rx="3" />
      <rect className="white filled" x="5" y="9" width="14" height="10" />
      <path className="dark" d="M8 2v4M16 2v4M8 13h2M14 13h2M8 16h2" />
    </>
  ),
  envelope_with_arrow: (
    <>
      <rect className="blue filled" x="2" y="8" width="20" height="14" rx="2" />
      <path className="white" d="M3 10l9 7 9-7" />
      <path className="red" d="M12 1v9M8.5 7l3.5 4 3.5-4" />
    </>
  ),
  footprints: (
    <>
      <path className="brown filled" d="M5 9c0-4 1-6 3-6s3 2 3 5-1 4-2 6H6C6 12 5 11 5 9z" />
      <path className="brown filled" d="M13 14c0-4 1-6 3-6s3 2 3 5-1 4-2 6h-3c0-2-1-3-1-5z" />
      <path className="brown" d="M6 17h3M14 22h3" />
    </>
  ),
  hourglass_flowing_sand: (
    <>
      <path className="amber filled" d="M6 3h12c0 5-4 6-4 9s4 4 4 9H6c0-5 4-6 4-9S6 8 6 3z" />
      <path className="brown" d="M5 3h14M5 21h14" />
    </>
  ),
  memo: (
    <>
      <rect className="amber filled" x="3" y="3" width="16" height="18" rx="2" />
      <path className="dark" d="M6 8h9M6 12h9M6 16h5" />
      <path className="red" d="M20 8l-7 8" />
    </>
  ),
  no_entry_sign: (
    <>
      <circle className="red" cx="12" cy="12" r="9" />
      <path className="red" d="M6 6l12 12" />
    </>
  ),
  page_facing_up: (
    <>
      <rect className="blue filled" x="4" y="2" width="16" height="20" rx="2" />
      <path className="white" d="M8 8h8M8 12h8M8 16h5" />
    </>
  ),
  video_camera: (
    <>
      <rect className="blue filled" x="2" y="6" width="14" height="12" rx="3" />
      <path className="blue filled" d="M17 11l5-4v10l-5-4z" />
    </>
  ),
  warning: (
    <>
      <path className="amber filled" d="M12 2 23 21H1z" />
      <path className="dark" d="M12 9v6M12 18h.01" />
    </>
  ),
  white_check_mark: (
    <>
      <rect className="green filled" x="2" y="2" width="20" height="20" rx="4" />
      <path className="white" d="M7 12l4 4 6-8" />
    </>
  ),
  x: <path className="red" d="M4 4l16 16M20 4 4 20" />,
};

interface Props {
  name: string;
  otherwise: string;
}

/** An emoji by its shortcode; those that are not drawn here are left to the machine's font. */
export function Emoji({ name, otherwise }: Props) {
  const drawing = DRAWN[name];
  if (!drawing) return <span>{otherwise}</span>;
  return (
    <svg className="emoji" viewBox="0 0 24 24" role="img" aria-label={name.replaceAll("_", " ")}>
      {drawing}
    </svg>
  );
}
