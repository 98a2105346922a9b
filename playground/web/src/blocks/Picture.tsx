import type { ImageBlock } from "./types";

/** A picture with its title above. */
export function Picture({ block }: { block: ImageBlock }) {
  return (
    <figure className="picture">
      {block.title && <figcaption className="quiet">{block.title.text}</figcaption>}
      <img src={block.image_url ?? block.slack_file?.url} alt={block.alt_text} loading="lazy" />
    </figure>
  );
}
