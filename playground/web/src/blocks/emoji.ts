/** The shortcodes that stand in labels, which no renderer goes through. */
const EMOJI: Record<string, string> = {
  alarm_clock: "⏰",
  envelope_with_arrow: "📩",
  hourglass_flowing_sand: "⏳",
  no_entry_sign: "🚫",
  video_camera: "📹",
  warning: "⚠️",
  white_check_mark: "✅",
  x: "❌",
};

/** A text with each known `:shortcode:` as its emoji; others stay as they are. */
export function emojified(text: string): string {
  return text.replaceAll(/:([a-z0-9_+-]+):/g, (shortcode, name: string) => EMOJI[name] ?? shortcode);
}
