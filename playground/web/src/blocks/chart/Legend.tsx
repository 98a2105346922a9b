/** Which colour stands for what; hidden from screen readers, which get the figures themselves. */
export function Legend({ names }: { names: string[] }) {
  if (names.length < 2) return null;
  return (
    <div className="legend" aria-hidden="true">
      {names.map((name, number) => (
        <span key={name} className={`series-${number % 6}`}>
          {name}
        </span>
      ))}
    </div>
  );
}
