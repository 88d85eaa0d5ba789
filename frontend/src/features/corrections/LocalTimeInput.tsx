import { TextInput, type TextInputProps } from "@mantine/core";
import { useFormat } from "@/i18n/format";
import { instantOf } from "@/i18n/zone";

/**
 * A date and time on the clock of `zone`. Browsers write it in the order of their own language, so
 * the chosen instant is repeated in words, with its offset.
 */
export function LocalTimeInput({ zone, ...props }: TextInputProps & { zone: string }) {
  const format = useFormat();
  const local = typeof props.value === "string" ? props.value : "";
  return (
    <TextInput
      type="datetime-local"
      step={1}
      withAsterisk
      description={local === "" ? undefined : format.exact(instantOf(local, zone), zone)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      {...props}
    />
  );
}
