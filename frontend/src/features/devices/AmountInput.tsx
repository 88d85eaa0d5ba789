import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** A number of kWh or kW with the decimal separator of the user's language. */
export function AmountInput(props: NumberInputProps) {
  const { i18n } = useTranslation();
  return (
    <NumberInput
      hideControls
      inputMode="decimal"
      allowNegative={false}
      decimalScale={6}
      decimalSeparator={i18n.language === "ro" ? "," : "."}
      allowedDecimalSeparators={[",", "."]}
      {...props}
    />
  );
}
