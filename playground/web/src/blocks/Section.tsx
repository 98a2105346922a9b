import { Actions } from "./Actions";
import type { SectionBlock } from "./types";
import { Written } from "./Written";

/** A paragraph or a grid of fields, with its button or picture to the right. */
export function Section({ block: { accessory, ...block } }: { block: SectionBlock }) {
  if (!accessory) return <Written blocks={[block]} />;
  return (
    <div className="section">
      <Written blocks={[block]} />
      {accessory.type === "image" ? (
        <img className="section-picture" src={accessory.image_url} alt={accessory.alt_text ?? ""} />
      ) : (
        <Actions elements={[accessory]} />
      )}
    </div>
  );
}
