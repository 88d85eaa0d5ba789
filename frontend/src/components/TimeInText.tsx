import { RelativeTime } from "./RelativeTime";

/** Cannot occur in a text. */
const PLACE = "\u0000";

type Props = {
  /** The text with `when` filled in: `(when) => t("acknowledged", { when })`. */
  text: (when: string) => string;
  at: string | null | undefined;
  zone?: string;
};

/** A sentence with a self-updating time inside it, at the position the language gives it. */
export function TimeInText({ text, at, zone }: Props) {
  const [before, after] = text(PLACE).split(PLACE);
  return (
    <>
      {before}
      <RelativeTime at={at} zone={zone} />
      {after}
    </>
  );
}
