import { Group, Select, type SelectProps, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { browserZone, offsetOf, timeZones } from "@/i18n/zones";

type Props = Omit<SelectProps, "data" | "value" | "onChange"> & {
  value: string | null;
  onChange: (zone: string | null) => void;
};

const searchable = (text: string) => text.toLowerCase().replaceAll(/[_/]/g, " ").trim();

/** Searchable list of time zones; the browser's own zone comes first. */
export function TimeZoneSelect({ value, ...props }: Props) {
  const { t } = useTranslation();
  const data = useMemo(() => {
    const all = timeZones();
    const first = [browserZone(), ...(value ? [value] : [])];
    return [...new Set([...first, ...all])].map((zone) => ({
      value: zone,
      label: zone.replaceAll("_", " "),
    }));
  }, [value]);
  return (
    <Select
      searchable
      limit={60}
      data={data}
      value={value}
      nothingFoundMessage={t("top.searchEmpty")}
      // All options are rendered with every key typed in the form: a filter of our own has to keep the limit itself.
      filter={({ options, search, limit }) => {
        const wanted = searchable(search);
        return options
          .filter((option) => "value" in option && searchable(option.value).includes(wanted))
          .slice(0, limit);
      }}
      renderOption={({ option }) => (
        <Group justify="space-between" wrap="nowrap" flex={1}>
          <span>{option.label}</span>
          <Text size="xs" c="dimmed">
            {offsetOf(option.value)}
          </Text>
        </Group>
      )}
      {...props}
    />
  );
}
