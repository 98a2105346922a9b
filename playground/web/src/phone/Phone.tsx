import { useState } from "react";

import { Icon } from "../parts/Icon";
import { timeOf } from "../parts/time";
import { usePage } from "../state/PageContext";
import { Earlier } from "./Earlier";
import { Invitation } from "./Invitation";
import { useTicking } from "./useTicking";

/** The telephone of the person who was invited: the newest message lies open, unless an earlier one is chosen. */
export function Phone() {
  const { phone, clock } = usePage().view;
  const now = useTicking(clock.now);
  const [chosen, setChosen] = useState({ number: NaN, newest: NaN });
  const newest = phone[0]?.number ?? NaN;
  // A message that has just come covers the one that was chosen.
  const wanted = chosen.newest === newest ? chosen.number : newest;
  const current = phone.find(({ number }) => number === wanted);

  return (
    <section className="phone" aria-label="Customer's phone" data-tour="phone">
      <div className="phone-bar" aria-hidden="true">
        <span>{timeOf(now)}</span>
        <span className="phone-notch" />
        <Icon name="phone" />
      </div>
      {current ? (
        <>
          <Invitation key={current.number} received={current} />
          <Earlier
            messages={phone.filter((one) => one !== current)}
            onChoose={(number) => setChosen({ number, newest })}
          />
        </>
      ) : (
        <div className="phone-empty">
          <Icon name="message" />
          <p>No message yet</p>
          <p className="quiet">Invite somebody with /assist, and what the customer gets arrives here.</p>
        </div>
      )}
    </section>
  );
}
