import { Text, type TextProps } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useFormat } from "@/i18n/format";

type Props = TextProps & { value: number | null | undefined; unit?: "kWh" | "W"; live?: boolean };

/** Energy or power with its unit; a `live` one glows briefly when it changes. */
export function Amount({ value, unit = "kWh", live = false, ...text }: Props) {
  const format = useFormat();
  const before = useRef(value);
  const [changes, setChanges] = useState(0);

  useEffect(() => {
    if (live && before.current != null && before.current !== value) setChanges((n) => n + 1);
    before.current = value;
  }, [value, live]);

  const shown = value == null ? "–" : unit === "W" ? format.watts(value) : format.kwh(value);
  return (
    <Text
      component="span"
      inherit
      {...text}
      key={changes}
      className={changes ? "digits glow" : "digits"}
    >
      {shown}
    </Text>
  );
}
