import type { SharedFile } from "../state/types";

/** Files of a message: pictures as they are, others by their name. */
export function Files({ files }: { files: SharedFile[] }) {
  if (files.length === 0) return null;
  return (
    <div className="files">
      {files.map((file) => (
        <a key={file.id} href={file.url} target="_blank" rel="noopener noreferrer" className="file">
          {file.mimetype.startsWith("image/") && <img src={file.url} alt={file.alt || file.title} />}
          <span className="file-name">{file.title || file.name}</span>
        </a>
      ))}
    </div>
  );
}
