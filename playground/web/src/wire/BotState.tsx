import { usePage } from "../state/PageContext";

const WORDS = { ready: "Bot is ready", starting: "Bot is starting…", dead: "Bot is dead" };

/** Whether the bot's process lives, and how often it was killed. */
export function BotState() {
  const { state, kills } = usePage().view.bot;
  return (
    <span className={`bot-state ${state}`} role="status">
      {WORDS[state]}
      {kills > 0 && <span className="quiet"> · killed {kills === 1 ? "once" : `${kills} times`}</span>}
    </span>
  );
}
