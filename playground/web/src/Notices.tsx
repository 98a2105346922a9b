import { Icon } from "./parts/Icon";

interface Props {
  connected: boolean;
  trouble: string | null;
  onTroubleRead: () => void;
}

/** What the page says about itself: that it waits for its server, or that something was refused. */
export function Notices({ connected, trouble, onTroubleRead }: Props) {
  return (
    <div className="notices">
      <div role="status">
        {!connected && <p className="banner">Reconnecting… What you see may be old.</p>}
      </div>
      <div role="alert">
        {trouble && (
          <p className="banner bad">
            {trouble}
            <button type="button" className="tool" aria-label="Dismiss" onClick={onTroubleRead}>
              <Icon name="close" />
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
