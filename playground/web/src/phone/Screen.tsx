import type { ReactNode } from "react";

import type { Moment } from "./moment";

const TITLES: Record<Moment, string> = {
  message: "The customer sees a message with a link",
  consent: "The customer is asked for consent",
  camera: "The customer is asked to allow the camera",
  live: "The customer shows a heating boiler with the camera",
  away: "The customer is away and may come back",
  meeting: "The guest sees the others of the meeting",
  over: "The session is over",
  missed: "The link is no longer valid",
};

const DRAWINGS: Record<Moment, ReactNode> = {
  message: (
    <>
      <rect className="paper" x="70" y="34" width="100" height="62" rx="8" />
      <path className="stroke" d="M70 44l50 30 50-30" />
      <circle className="accent" cx="168" cy="36" r="10" />
    </>
  ),
  consent: (
    <>
      <rect className="paper" x="58" y="18" width="124" height="94" rx="10" />
      <path className="stroke" d="M74 38h92M74 52h92M74 66h60" />
      <rect className="accent" x="74" y="82" width="92" height="18" rx="9" />
      <path className="tick" d="M112 91l5 5 10-10" />
    </>
  ),
  camera: (
    <>
      <rect className="paper" x="74" y="40" width="70" height="52" rx="8" />
      <path className="paper" d="M148 58l24-14v44l-24-14z" />
      <circle className="accent" cx="109" cy="66" r="14" />
      <circle className="paper" cx="109" cy="66" r="6" />
    </>
  ),
  live: (
    <>
      <rect className="wall" width="240" height="130" />
      <rect className="paper" x="72" y="16" width="96" height="92" rx="6" />
      <circle className="dial" cx="120" cy="50" r="18" />
      <path className="stroke" d="M120 50l9-9" />
      <path className="stroke" d="M88 84h64M92 108v16M148 108v16" />
      <circle className="warn" cx="150" cy="28" r="5" />
      <g className="rec">
        <circle cx="22" cy="20" r="5" />
        <text x="32" y="24">
          LIVE
        </text>
      </g>
    </>
  ),
  away: (
    <>
      <rect className="paper" x="88" y="20" width="64" height="90" rx="6" />
      <path className="stroke thick" d="M134 65h52M170 49l16 16-16 16" />
    </>
  ),
  meeting: (
    <>
      {[62, 120, 178].map((x) => (
        <g key={x}>
          <rect className="paper" x={x - 25} y="34" width="50" height="62" rx="8" />
          <circle className="dial" cx={x} cy="56" r="10" />
          <path className="dial" d={`M${x - 16} 90a16 16 0 0 1 32 0z`} />
        </g>
      ))}
    </>
  ),
  over: (
    <>
      <circle className="paper" cx="120" cy="65" r="34" />
      <path className="stroke thick" d="M105 66l11 11 20-24" />
    </>
  ),
  missed: (
    <>
      <circle className="paper" cx="120" cy="65" r="34" />
      <path className="stroke" d="M120 44v21l14 10" />
      <path className="stroke" d="M86 99 154 31" />
    </>
  ),
};

/** A small picture of what one would see on the telephone. */
export function Screen({ moment }: { moment: Moment }) {
  return (
    <svg className={`screen ${moment}`} viewBox="0 0 240 130" role="img" aria-label={TITLES[moment]}>
      {DRAWINGS[moment]}
    </svg>
  );
}
